import { describe, expect, it } from 'vitest';
import { checkEndpointVariables } from '../../src/cli/endpoint-variables.ts';

describe('checkEndpointVariables', () => {
  it.each([
    {},
    { AWS_ENDPOINT_URL: '' },
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:4327' },
    { AWS_ENDPOINT_URL_ECS: 'https://ecs.eu-west-1.amazonaws.com' },
  ])('lets %j pass', (env) => {
    expect(() => checkEndpointVariables(env)).not.toThrow();
  });

  it.each([
    { AWS_ENDPOINT_URL: 'localhost:4327' },
    { AWS_ENDPOINT_URL_ECS: '127.0.0.1:4327' },
    { AWS_ENDPOINT_URL_CLOUDWATCH: 'localhost' },
    { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: 'ftp://logs' },
  ])('refuses %j and names the variable and its value', (env) => {
    const [[name, value]] = Object.entries(env) as [[string, string]];
    expect(() => checkEndpointVariables(env)).toThrow(
      `${name} is "${value}", which is no endpoint URL.`,
    );
  });
});

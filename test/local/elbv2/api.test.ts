import { describe, expect, it } from 'vitest';
import { elbv2Api } from '../../../src/local/elbv2/api.ts';
import { World } from './world.ts';

describe('the API of Elastic Load Balancing', () => {
  it('knows every operation of the model, and builds only such as are in it', () => {
    const api = elbv2Api(new World().context);
    expect(api.operations.size).toBeGreaterThanOrEqual(51);
    expect(api.operations.has('CreateTrustStore')).toBe(true);
    for (const name of api.handlers.keys()) expect(api.operations.has(name), name).toBe(true);
    expect(api.handlers.size).toBe(32);
  });

  it('binds each operation to its world', async () => {
    const world = new World();
    const handler = elbv2Api(world.context).handlers.get('DescribeAccountLimits');
    const answer = await handler?.({} as never, world.context.call);
    expect(answer).toMatchObject({
      Limits: expect.arrayContaining([
        { Name: 'rules-per-application-load-balancer', Max: '100' },
      ]) as unknown,
    });
  });
});

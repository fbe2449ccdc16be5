import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configurationJsonSchema } from '../../../src/deploy/configuration/json-schema.ts';
import { WHOLE } from './examples.ts';

const written = readFileSync(
  new URL('../../../schema/fairlead.schema.json', import.meta.url),
  'utf8',
);

it('schema/fairlead.schema.json is what the code says (else: node scripts/generate-schema.ts)', () => {
  expect(JSON.parse(written)).toStrictEqual(JSON.parse(JSON.stringify(configurationJsonSchema())));
});

describe('the schema as editors use it', () => {
  const schema = z.fromJSONSchema(JSON.parse(written) as z.core.JSONSchema.JSONSchema);
  const isFine = (yaml: string): boolean => schema.safeParse(parse(yaml)).success;

  it('takes a whole configuration', () => {
    expect(isFine(WHOLE)).toBe(true);
  });

  it.each([
    'service: web',
    'images: team/web:1',
    'timeout: 90',
    'strategy: { type: "${TYPE}", steps: ["${STEP}"], step_bake: "${BAKE:-5m}" }',
    'analysis: [{ metric: target_5xx_ratio, max: "${MAX}", min_samples: "${N}" }]',
    'analysis: [{ prometheus: { url: "http://x", query: up }, max: 1e3 }]',
    'analysis: [{ cloudwatch: { MetricDataQueries: [{ Id: a, Expression: b }] }, min: -1 }]',
    'hooks: { before: [{ run_task: a, command: [sleep, 1], one_way: true }] }',
    'service_definition: { desiredCount: 4 }',
  ])('takes %s', (yaml) => {
    expect(isFine(yaml)).toBe(true);
  });

  it.each([
    'serivce: web',
    'strategy: { steps: [20%] }',
    'strategy: { type: bluegreen }',
    'strategy: { type: canary, steps: [20] }',
    'analysis: [{ metric: target_5xx_ratio, max: 0.01 }]',
    'analysis: [{ metric: target_response_time }]',
    'analysis: [{ http: {} }]',
    'hooks: { before: [{ one_way: true }] }',
    'on_cancel: abort',
    'timeout: soon',
    'images: []',
  ])('marks %s', (yaml) => {
    expect(isFine(yaml)).toBe(false);
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, member] of Object.entries(node)) {
        if (name === 'properties' && path !== 'Id')
          for (const [key, property] of Object.entries(member as object))
            if (!('description' in (property as object))) undescribed.push(key);
        walk(member, name);
      }
    };
    walk(JSON.parse(written), '');
    // Objects whose members speak for themselves, and what is AWS's.
    expect(new Set(undescribed)).toEqual(
      new Set(['hooks', 'policy', 'prometheus', 'http', 'MetricDataQueries', 'Id', 'ReturnData']),
    );
  });
});

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { UserError } from '../../../src/base/errors.ts';
import type { FileConfiguration } from '../../../src/deploy/configuration/configuration.ts';
import { parseConfiguration } from '../../../src/deploy/configuration/parse-configuration.ts';

/** Texts that no one wrote as a variable. */
const words = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('${'));
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const percent = fc.integer({ min: 1, max: 1000 }).map((tenths) => `${tenths / 10}%`);
const time = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom('ms', 's', 'm', 'h'));
const duration = time.map(([amount, unit]) => `${amount}${unit}`);
const url = fc.webUrl({ withQueryParameters: true }).filter((text) => !text.includes('${'));
const whole = fc.integer({ min: 1, max: 1_000_000 });
/** What stands in AWS parts. */
const json = fc.dictionary(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,10}$/).filter((key) => key !== '__proto__'),
  fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null), fc.array(words, { maxLength: 3 })),
);

/** Every member may be left out. */
const ANY: { requiredKeys: [] } = { requiredKeys: [] };

const common = {
  on_no_data: fc.constantFrom('wait', 'pass', 'fail'),
  deadline: duration,
  at: fc.constantFrom('test', 'production', 'both'),
};
const check = fc.oneof(
  fc.record(
    { metric: fc.constant('target_5xx_ratio'), max: percent, min_samples: whole, ...common },
    { requiredKeys: ['metric', 'max'] },
  ),
  fc.record(
    {
      ...{ metric: fc.constant('target_response_time'), limit: duration },
      ...{ compare: fc.constant('baseline'), ...common },
    },
    { requiredKeys: ['metric', 'limit', 'compare'] },
  ),
  fc.record(
    {
      cloudwatch: json.map((rest) => [
        { ...rest, Id: 'm1', Expression: 'x', MetricStat: undefined, ReturnData: true },
      ]),
      ...{ min: fc.integer(), ...common },
    },
    { requiredKeys: ['cloudwatch', 'min'] },
  ),
  fc.record(
    {
      prometheus: fc.record({ url, query: words }),
      max: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      ...common,
    },
    { requiredKeys: ['prometheus', 'max'] },
  ),
  fc.record(
    {
      http: fc.record(
        { url, expect: fc.integer({ min: 100, max: 599 }), json },
        { requiredKeys: ['url'] },
      ),
      ...common,
    },
    { requiredKeys: ['http'] },
  ),
);
const hook = fc.oneof(
  fc.record(
    { run_task: name, command: fc.array(words, { minLength: 1 }), timeout: duration },
    { requiredKeys: ['run_task'] },
  ),
  fc.record(
    { command: fc.oneof(words, fc.array(words, { minLength: 1 })), timeout: duration },
    { requiredKeys: ['command'] },
  ),
);
const image = fc.constantFrom(
  'team/web:1.10',
  'localhost:5000/web:2',
  'web@sha256:' + 'a'.repeat(64),
);

const configuration = fc
  .record(
    {
      region: fc.constantFrom('eu-west-1', 'us-gov-east-1'),
      cluster: name,
      service: name,
      task_definition: fc.oneof(name, fc.constant('td.json'), json),
      service_definition: json,
      images: fc.oneof(image, fc.dictionary(name, image)),
      strategy: fc.record(
        {
          ...{ type: fc.constantFrom('canary', 'linear'), steps: percent.map((step) => [step]) },
          ...{ step_bake: duration, final_bake: duration },
        },
        { requiredKeys: ['type'] },
      ),
      analysis: fc.array(check, { maxLength: 4 }),
      hooks: fc.record(
        { before: fc.array(hook, { maxLength: 2 }), after: fc.array(hook, { maxLength: 2 }) },
        ANY,
      ),
      policy: fc.record({ tags: fc.constantFrom('immutable', 'any') }, ANY),
      on_cancel: fc.constantFrom('detach', 'stop', 'rollback'),
      timeout: duration,
    },
    ANY,
  )
  .filter((each) => Object.keys(each).length > 0);

/** What a text says, without the places where it says so. */
const read = (text: string, file: string): FileConfiguration => {
  const { places: _, ...rest } = parseConfiguration(text, file, {});
  return rest;
};

it('a configuration reads the same as YAML, in any style, and as JSON', () => {
  fc.assert(
    fc.property(configuration, (written) => {
      const asJson = read(JSON.stringify(written, undefined, 2), 'fairlead.json');
      expect(read(stringify(written, { lineWidth: 0 }), 'fairlead.yaml')).toEqual(asJson);
      expect(read(stringify(written, { collectionStyle: 'flow' }), 'fairlead.yaml')).toEqual(
        asJson,
      );
    }),
    { numRuns: 300 },
  );
});

it('AWS parts come out as they went in', () => {
  fc.assert(
    fc.property(json, (value) => {
      const { serviceDefinition } = read(stringify({ service_definition: value }), 'fairlead.yaml');
      expect(serviceDefinition).toEqual({ kind: 'inline', value });
    }),
  );
});

it('whatever a text is, it is read or refused with a place', () => {
  const parts =
    'service|: |strategy|type|canary|[|]|{|}|, |\n|  |- |${|}|"|\'|analysis|metric|http|cloudwatch|hooks|before|images|&a |*a|<<|!!str |!x |20%|#|? |\t|null|task_definition|\u0000';
  const text = fc
    .array(fc.constantFrom(...parts.split('|'), '|'), { maxLength: 25 })
    .map((each) => each.join(''));
  fc.assert(
    fc.property(text, (each) => {
      try {
        read(each, 'f.yaml');
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        for (const line of error.message.split('\n')) expect(line).toMatch(/^f\.yaml:\d+:\d+: ./);
      }
    }),
    { numRuns: 3000 },
  );
});

it('a value of a variable is one text where it stands, whatever is in it', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...':-#&*!|>\'"%@`{}[],? \n\t$\\~<='.split('')) }),
    fc.constantFrom('x, y', ']', '} }', 'a: b', '\n- evil', '"]\ntimeout: 1s\n#'),
  );
  const text = `hooks:
  before:
    - command: [run, "\${V}"]
    - { command: [run, '\${V}'] }
task_definition:
  environment:
    - { name: A, value: "\${V}" }
timeout: 5m
`;
  fc.assert(
    fc.property(nasty, (value) => {
      const { hooks, taskDefinition, timeoutMs } = parseConfiguration(text, 'f.yaml', { V: value });
      expect(hooks.before.map(({ command }) => command)).toEqual([
        ['run', value],
        ['run', value],
      ]);
      expect(taskDefinition).toEqual({
        kind: 'inline',
        value: { environment: [{ name: 'A', value }] },
      });
      expect(timeoutMs).toBe(300_000);
    }),
  );
});

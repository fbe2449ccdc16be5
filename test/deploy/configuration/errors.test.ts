import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { parseConfiguration } from '../../../src/deploy/configuration/parse-configuration.ts';

/** The lines of the complaint, without the file's name. */
function complaints(text: string): readonly string[] {
  try {
    parseConfiguration(text, 'fairlead.yaml', { TAG: 'X Y' });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error).toMatchObject({ code: 'CONFIGURATION_INVALID', exitCode: 2 });
    return error.message.split('\n').map((line) => {
      expect(line).toMatch(/^fairlead\.yaml:\d+:\d+: /);
      return line.slice('fairlead.yaml:'.length);
    });
  }
  throw new Error('nothing was wrong');
}

const check = (entry: string): string => `analysis: [${entry}]`;

describe('a wrong configuration names line, column, field, value and what would be right', () => {
  it.each([
    ['serivce: x', ['1:1: serivce is an unknown key; did you mean service?']],
    ['service: my app', ['1:1: service must be the name or ARN of a service, not "my app"']],
    ['region: europe', ['1:1: region must be an AWS region, such as eu-west-1, not "europe"']],
    ['on_cancel: abort', ['1:1: on_cancel must be one of detach, stop, rollback, not "abort"']],
    [
      'timeout: 15 minutes',
      [
        '1:1: timeout must be a time above 0s and up to 336h, such as 250ms, 90s or 15m, not "15 minutes"',
      ],
    ],
    [
      'policy: { tags: mutable }',
      ['1:11: policy.tags must be one of immutable, any, not "mutable"'],
    ],
    // Documents.
    [
      'task_definition: [x]',
      [
        '1:1: task_definition must be the path of a JSON file, FAMILY, FAMILY:REVISION, an ARN, or the task definition itself, not a list',
      ],
    ],
    [
      'task_definition: my family',
      ['1:1: task_definition is wrong: "my family" is neither a file nor a task definition'],
    ],
    [
      'service_definition:',
      [
        '1:1: service_definition is empty; it must be the path of a JSON file, or the service definition itself',
      ],
    ],
    [
      'service_definition:\n  <<: { a: b }',
      [
        '2:3: service_definition["<<"] would merge another mapping, which is not read here: write its members out',
      ],
    ],
    // Images.
    [
      'images: { "my app": a/b:1 }',
      ['1:11: images["my app"] is no container name, which has letters, digits, _ and - only'],
    ],
    [
      'images:\n  web: Team/Web:1',
      [
        '2:3: images.web is wrong: "Team/Web:1" is no image reference: the repository "Team/Web" has capital letters, which no registry takes',
      ],
    ],
    [
      'images: "team/web:${TAG}"',
      [
        expect.stringContaining(
          '1:1: images is wrong: "team/web:X Y" is no image reference',
        ) as string,
      ],
    ],
    [
      'images: { web: "team/web:${NO_TAG}" }',
      [
        expect.stringContaining(
          '1:11: images.web has the variable NO_TAG, which is not set',
        ) as string,
      ],
    ],
    // Strategy.
    [
      'strategy: { steps: [20%] }',
      ['1:1: strategy.type is missing; it must be one of rolling, blue_green, canary, linear'],
    ],
    [
      'strategy: { type: canary, steps: 20% }',
      ['1:27: strategy.steps must be a list of percentages, such as [20%], not "20%"'],
    ],
    [
      'strategy: { type: canary, steps: [] }',
      ['1:27: strategy.steps is an empty list; it must be a list of percentages, such as [20%]'],
    ],
    [
      'strategy: { type: canary, steps: [5%, 150%, 0.2] }',
      [
        '1:39: strategy.steps[1] must be a percentage above 0% and up to 100%, such as 20%, not "150%"',
        '1:45: strategy.steps[2] must be a percentage above 0% and up to 100%, such as 20%, not "0.2"',
      ],
    ],
    [
      'strategy: { type: canary, steps: [5%, 25%, 25%] }',
      [
        '1:44: strategy.steps[2] is 25%, not above the step before it, 25%; steps are shares of all traffic and grow',
      ],
    ],
    [
      'strategy: { type: linear, steps: [10%, 20%] }',
      [
        '1:27: strategy.steps must be one step size, such as [10%], for strategy.type linear; several unequal steps are canary on a service under the EXTERNAL controller',
      ],
    ],
    [
      'strategy: { type: blue_green, steps: [10%], step_bake: 1m, final_bake: 1m }',
      [
        '1:31: strategy.steps cannot go with strategy.type blue_green, which has no steps; use canary or linear, or leave it out',
        '1:45: strategy.step_bake cannot go with strategy.type blue_green, which has no steps; use canary or linear, or leave it out',
      ],
    ],
    [
      'strategy: { type: rolling, final_bake: 1m, on_client_loss: rollback }',
      [
        '1:28: strategy.final_bake cannot go with strategy.type rolling, which keeps no second version; leave it out',
        "1:44: strategy.on_client_loss cannot go with strategy.type rolling: a rolling update goes on by ECS's own rules and waits for nobody, so that a lost client changes nothing; leave it out",
      ],
    ],
    [
      'strategy: { type: canary, on_client_loss: continue }',
      ['1:27: strategy.on_client_loss must be rollback, not "continue"'],
    ],
    [
      'strategy: { type: canary, testListenerRule: arn:aws:ecs:eu-west-1:1:service/x }',
      [
        '1:27: strategy.testListenerRule must be the ARN of a listener rule, or of a listener for its default rule, not "arn:aws:ecs:eu-west-1:1:service/x"',
      ],
    ],
    [
      `strategy: { type: rolling, alternateTargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/a/1" }`,
      [
        '1:28: strategy.alternateTargetGroupArn cannot go with strategy.type rolling, which shifts no traffic; leave it out',
      ],
    ],
    [
      `strategy: { type: rolling }\n${check('{ http: { url: "http://x/" } }')}`,
      [
        '2:1: analysis cannot go with strategy.type rolling: a rolling update has old and new tasks in one target group, so that a measurement cannot tell them apart; use deployment alarms, or blue_green, canary or linear',
      ],
    ],
    // Analysis: what an entry is.
    [
      'analysis: { metric: target_5xx_ratio }',
      [
        '1:1: analysis must be a list of checks, such as [{ metric: target_5xx_ratio, max: 1% }], not a mapping',
      ],
    ],
    [
      check('errors'),
      [
        '1:12: analysis[0] must be a check, such as { metric: target_5xx_ratio, max: 1% }, not "errors"',
      ],
    ],
    [
      check('{ max: 1 }'),
      ['1:12: analysis[0] must have one of the keys metric, cloudwatch, prometheus, http'],
    ],
    [
      check('{ promethues: {}, max: 1 }'),
      ['1:14: analysis[0].promethues is an unknown key; did you mean prometheus?'],
    ],
    [
      check('{ metric: target_4xx_ratio, max: 1% }'),
      [
        '1:14: analysis[0].metric must be one of target_5xx_ratio, target_response_time, not "target_4xx_ratio"',
      ],
    ],
    [
      check('{ metric: target_5xx_ratio, max: 1%, http: { url: "http://x/" } }'),
      [
        '1:49: analysis[0].http stands beside metric; an entry is one check: make it another entry of the list',
      ],
    ],
    // Analysis: ratios.
    [
      check('{ metric: target_5xx_ratio }'),
      ['1:12: analysis[0] must have max, such as max: 1%, or compare: baseline, or both'],
    ],
    [
      check(
        '{ metric: target_5xx_ratio, max: 0.01, min_samples: 0, compare: blue, on_no_data: ignore, deadline: 0s, at: always }',
      ),
      [
        '1:40: analysis[0].max must be a percentage from 0% to 100%, such as 1%, not "0.01"',
        '1:51: analysis[0].min_samples must be a whole number from 1 to 1000000000, not "0"',
        '1:67: analysis[0].compare must be baseline, not "blue"',
        '1:82: analysis[0].on_no_data must be one of wait, pass, fail, not "ignore"',
        '1:102: analysis[0].deadline must be a time above 0s and up to 336h, such as 250ms, 90s or 15m, not "0s"',
        '1:116: analysis[0].at must be one of test, production, both, not "always"',
      ],
    ],
    [
      check('{ metric: target_response_time, max: 5% }'),
      [
        '1:12: analysis[0].limit is missing; it must be a time above 0s and up to 336h, such as 250ms, 90s or 15m',
        '1:44: analysis[0].max is an unknown key; known keys are metric, limit, max_share_over, min_samples, compare, name, on_no_data, deadline, at',
      ],
    ],
    [
      check('{ metric: target_response_time, limit: 0ms, compare: baseline }'),
      [
        '1:44: analysis[0].limit must be a time above 0s and up to 336h, such as 250ms, 90s or 15m, not "0ms"',
      ],
    ],
    [
      check('{ metric: target_response_time, limit: 1s }'),
      [
        '1:12: analysis[0] must have max_share_over, such as max_share_over: 5%, or compare: baseline, or both',
      ],
    ],
    // Analysis: bounds.
    [
      check('{ prometheus: { url: "http://x", query: up } }'),
      ['1:12: analysis[0] must have min or max, such as max: 10, or both'],
    ],
    [
      check('{ prometheus: { url: "http://x", query: up }, min: 3, max: 2 }'),
      ['1:58: analysis[0].min is 3, which is above max: 2; no value can pass'],
    ],
    [
      check('{ prometheus: { url: "prometheus:9090", query: up }, min: 1% }'),
      [
        '1:28: analysis[0].prometheus.url must be an http or https URL without a user and a password, such as http://prometheus:9090, not "prometheus:9090"',
        '1:65: analysis[0].min must be a number, such as 0.99, not "1%"',
      ],
    ],
    // Analysis: CloudWatch.
    [
      check('{ cloudwatch: [], max: 1 }'),
      [
        '1:14: analysis[0].cloudwatch is an empty list; it must be a list of queries as GetMetricData takes them, such as [{ Id: m1, MetricStat: … }]',
      ],
    ],
    [
      check('{ cloudwatch: { Queries: [] }, max: 1 }'),
      [
        '1:14: analysis[0].cloudwatch.MetricDataQueries is missing; it must be a list of queries as GetMetricData takes them, such as [{ Id: m1, MetricStat: … }]',
        '1:28: analysis[0].cloudwatch.Queries is an unknown key; known keys are MetricDataQueries',
      ],
    ],
    [
      check('{ cloudwatch: [x, { Id: M, Expression: a, ReturnData: "no" }, { Id: b }], max: 1 }'),
      [
        expect.stringContaining(
          '1:27: analysis[0].cloudwatch[0] must be a query of GetMetricData',
        ) as string,
        '1:32: analysis[0].cloudwatch[1].Id must be a text that begins with a small letter and holds letters, digits and _, not "M"',
        '1:54: analysis[0].cloudwatch[1].ReturnData must be true or false, without quotes, not "no"',
        '1:74: analysis[0].cloudwatch[2] must have either MetricStat or Expression',
      ],
    ],
    [
      check('{ cloudwatch: [{ Id: a, Expression: x }, { Id: b, Expression: y }], max: 1 }'),
      [
        '1:14: analysis[0].cloudwatch must have exactly one query that returns data, and has a, b; write ReturnData: false at the others',
      ],
    ],
    [
      check('{ cloudwatch: [{ Id: a, Expression: x, ReturnData: false }], max: 1 }'),
      [
        '1:14: analysis[0].cloudwatch must have exactly one query that returns data, and has none; write ReturnData: false at all but one',
      ],
    ],
    [
      check(
        '{ cloudwatch: [{ Id: a, Expression: x }, { Id: a, Expression: y, ReturnData: false }], max: 1 }',
      ),
      ['1:55: analysis[0].cloudwatch[1].Id is "a", as that of another query'],
    ],
    // Analysis: HTTP.
    [
      check('{ http: { url: "http://me:secret@x/", expect: 2xx, json: [1] } }'),
      [
        '1:22: analysis[0].http.url must be an http or https URL without a user and a password, such as https://test.example.com/health, not "http://…@x/"',
        '1:50: analysis[0].http.expect must be a whole number from 100 to 599, not "2xx"',
        '1:63: analysis[0].http.json must be a mapping of members, such as { version: 2.0.0 }, not a list',
      ],
    ],
    [
      check('{ http: { url: "http://x/" }, name: a }, { http: { url: "http://x/" }, name: a }'),
      ['1:83: analysis[1].name is "a", as that of another check; give each its own name'],
    ],
    // Hooks.
    [
      'hooks: [{ run_task: x }]',
      ['1:1: hooks must be a mapping with the keys before and after, not a list'],
    ],
    [
      'hooks: { before: [x, {}, { run_taks: x }, { timeout: 1m }] }',
      [
        '1:19: hooks.before[0] must be a hook, such as { run_task: migrate } or { command: ./smoke.sh }, not "x"',
        '1:22: hooks.before[1] must have the key run_task or command',
        '1:28: hooks.before[2].run_taks is an unknown key; did you mean run_task?',
        '1:43: hooks.before[3] must have the key run_task or command',
      ],
    ],
    [
      'hooks: { before: [{ run_task: a b, command: npm run x, one_way: yes }, { command: [""] }] }',
      [
        '1:21: hooks.before[0].run_task must be the name of a container, or the family of a task definition, not "a b"',
        '1:36: hooks.before[0].command must be a list of the program and its arguments, such as [npm, run, migrate], not "npm run x"',
        '1:56: hooks.before[0].one_way must be true or false, not "yes"',
        '1:74: hooks.before[1].command must be a list of the program and its arguments, such as [npm, run, migrate]',
      ],
    ],
    [
      'hooks: { after: [{ command: x, one_way: true }] }',
      [
        '1:32: hooks.after[0].one_way belongs to hooks.before; after a rollout that succeeded nothing goes back by itself',
      ],
    ],
  ])('%s', (text, problems) => {
    expect(complaints(text)).toEqual(problems);
  });

  it('and every problem at once, also what parts mean together beside parts that cannot be read', () => {
    expect(
      complaints(`clutser: x
strategy:
  type: rolling
  steps: [200%]
  on_client_loss: rollback
analysis:
  - { metric: nothing }
`).map((line) => line.replace(/( is an| must| cannot).*/, '$1')),
    ).toEqual([
      '1:1: clutser is an',
      '4:11: strategy.steps[0] must',
      '5:3: strategy.on_client_loss cannot',
      '6:1: analysis cannot',
      '7:7: analysis[0].metric must',
    ]);
  });
});

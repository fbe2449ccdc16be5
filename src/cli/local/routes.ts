/** `fairlead local …`: the options of each command; what they do is in the file of the same name. */
import { buildCommand, buildRouteMap } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { outputFlag, stateFlag } from '../options.ts';
import { parsePort, parseTimeScale } from '../parse.ts';

const up = buildCommand({
  loader: async () => (await import('./up.ts')).up,
  parameters: {
    flags: {
      port: {
        kind: 'parsed',
        parse: parsePort,
        brief: 'Port of the API on 127.0.0.1; 0 picks a free one',
        default: '4327',
        placeholder: 'port',
      },
      state: stateFlag,
      runtime: {
        kind: 'enum',
        values: ['process', 'simulated'],
        brief: 'What runs the tasks: programs of this machine, or a model',
        default: 'process',
      },
      images: {
        kind: 'parsed',
        parse: String,
        brief: 'YAML file that says which program an image stands for',
        optional: true,
        placeholder: 'file',
      },
      functions: {
        kind: 'parsed',
        parse: String,
        brief: 'YAML file that says what answers for the Lambda functions of lifecycle hooks',
        optional: true,
        placeholder: 'file',
      },
      timeScale: {
        kind: 'parsed',
        parse: parseTimeScale,
        brief:
          'How many times as fast long waits pass, such as 60: bake times, hook timeouts, alarm periods',
        default: '1',
        placeholder: 'n',
      },
      detach: { kind: 'boolean', brief: 'Go on in the background', default: false },
      auth: {
        kind: 'boolean',
        brief: 'Verify signatures; --no-auth lets every program of this machine in',
        default: true,
      },
      logFormat: {
        kind: 'enum',
        values: ['text', 'json'],
        brief: 'How the log on standard error is written',
        default: 'text',
      },
    },
  },
  docs: {
    brief: 'Start the local ECS',
    fullDescription:
      'Starts a control plane that speaks the AWS APIs of ECS and Elastic Load Balancing on this machine, runs tasks and ' +
      'forwards traffic. It keeps its state in the state folder: a later start goes on where this one stopped. ' +
      'Ctrl-C stops it and every task.',
  },
});

const down = buildCommand({
  loader: async () => (await import('./down.ts')).down,
  parameters: { flags: { state: stateFlag } },
  docs: { brief: 'Stop the local ECS and its tasks; the state is kept' },
});

const status = buildCommand({
  loader: async () => (await import('./status.ts')).status,
  parameters: {
    flags: {
      state: stateFlag,
      output: outputFlag,
    },
  },
  docs: {
    brief: 'Say whether the local ECS runs, where, and since when; exit code 1 when it does not',
  },
});

const env = buildCommand({
  loader: async () => (await import('./env.ts')).env,
  parameters: {
    flags: {
      state: stateFlag,
      output: outputFlag,
    },
  },
  docs: {
    brief: 'Print shell exports that point AWS clients at the local ECS',
    fullDescription:
      'Prints shell exports of endpoint, keys and region, and unsets what would win over them. Use it as: eval "$(fairlead local env)"',
  },
});

const reset = buildCommand({
  loader: async () => (await import('./reset.ts')).reset,
  parameters: { flags: { state: stateFlag } },
  docs: {
    brief: 'Forget everything: remove the state of a local ECS that does not run',
    fullDescription:
      'Removes the state of a local ECS that does not run, and ends what a killed one left running. Records of rollouts stay.',
  },
});

const logs = buildCommand({
  loader: async () => (await import('./logs.ts')).logs,
  parameters: {
    flags: {
      state: stateFlag,
      container: {
        kind: 'parsed',
        parse: String,
        brief: 'Only this container of the task',
        optional: true,
        placeholder: 'name',
      },
      follow: { kind: 'boolean', brief: 'Go on printing what is written', default: false },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          brief: 'Id (its first 8 characters will do) or ARN of the task',
          placeholder: 'task',
        },
      ],
    },
  },
  docs: { brief: "Print the output of a task's containers" },
});

/** The routes under `local`. */
export const localRoutes = buildRouteMap<
  'up' | 'down' | 'status' | 'env' | 'reset' | 'logs',
  CliContext
>({
  routes: { up, down, status, env, reset, logs },
  docs: { brief: 'A local ECS that really runs tasks and forwards traffic' },
});

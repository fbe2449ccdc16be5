/** The options of `fairlead demo`. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { parseCount } from './parse.ts';
import type { DemoFlags } from './demo.ts';

/** `fairlead demo`. */
export const demoCommand = buildCommand<DemoFlags, [], CliContext>({
  loader: async () => (await import('./demo.ts')).demo,
  parameters: {
    flags: {
      rate: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'Requests a second through the load balancer',
        default: '200',
        placeholder: 'n',
      },
      tasks: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'Tasks of the service',
        default: '4',
        placeholder: 'n',
      },
    },
  },
  docs: {
    brief: 'See a good rollout, a bad one and a rollback under real traffic, in about a minute',
    fullDescription:
      'Starts a local ECS with a small web service, sends it traffic, and rolls out three versions. Exit code 1 if a request ' +
      'failed or a verdict was not the expected one.',
  },
});

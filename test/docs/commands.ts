/** The options that each command takes, as they are typed. */
import { abortCommand, continueCommand } from '../../src/cli/decide-commands.ts';
import { demoCommand } from '../../src/cli/demo-command.ts';
import { deployCommand } from '../../src/cli/deploy-command.ts';
import type { DescribedCommand } from '../../src/cli/help.ts';
import { iamCommand } from '../../src/cli/iam-command.ts';
import { localRoutes } from '../../src/cli/local/routes.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import {
  resumeCommand,
  revisionsCommand,
  rollbackCommand,
  statusCommand,
  tasksCommand,
  waitCommand,
} from '../../src/cli/service-commands.ts';

/** Every command but those of `fairlead local`, by name. */
export const COMMANDS: Readonly<Record<string, DescribedCommand>> = {
  deploy: deployCommand,
  status: statusCommand,
  wait: waitCommand,
  resume: resumeCommand,
  rollback: rollbackCommand,
  continue: continueCommand,
  abort: abortCommand,
  run: runCommand,
  iam: iamCommand,
  revisions: revisionsCommand,
  tasks: tasksCommand,
  demo: demoCommand,
};

/**
 * `detach`, `no-wait`, …, without their dashes; undefined for a command that is not there.
 * @param name such as `deploy` or `local up`
 */
export function flagsOf(name: string): ReadonlySet<string> | undefined {
  const command = name.startsWith('local ') ? localCommand(name.slice(6)) : COMMANDS[name];
  if (command === undefined) return undefined;
  const typed = Object.entries(command.parameters.flags ?? {}).flatMap(([key, flag]) => {
    const plain = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return flag.kind === 'boolean' ? [plain, `no-${plain}`] : [plain];
  });
  return new Set([...typed, 'help']);
}

function localCommand(name: string): DescribedCommand | undefined {
  const target = localRoutes.getRoutingTargetForInput(name);
  return target !== undefined && 'parameters' in target ? target : undefined;
}

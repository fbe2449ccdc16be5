/** One entry of `hooks.before` or `hooks.after` as it is written. */
import type { z } from 'zod';
import {
  argument,
  duration,
  flag,
  list,
  mapping,
  text,
  variants,
  type NoForm,
} from '../../base/configuration/fields.ts';
import { refusal } from '../../base/configuration/problems.ts';
import { suggestion } from '../../base/configuration/suggestion.ts';
import { isJsonObject } from '../definition/json.ts';
import type { Hook } from './configuration.ts';

/** What a hook takes unless it says otherwise. */
const TIMEOUT_MS = 15 * 60_000;
const COMMAND = 'a list of the program and its arguments, such as [npm, run, migrate]';
const ENTRY = 'a hook, such as { run_task: migrate } or { command: ./smoke.sh }';

const common = {
  one_way: flag()
    .describe(
      'The old version cannot run after it: nothing goes back by itself any more. Only in before.',
    )
    .optional(),
  timeout: duration('above-zero').describe('How long it may take. By default 15m.').optional(),
};

const program = list(COMMAND, argument(), 1).refine(([first]) => first !== '', {
  error: `must be ${COMMAND}`,
});

const shellLine = text(`${COMMAND}, or a line for the shell, such as ./smoke.sh`).transform(
  (line): readonly string[] => ['sh', '-c', line],
);

const shellOrProgram: z.ZodType<readonly string[]> = variants<readonly string[]>(
  [shellLine, program],
  (value) => (Array.isArray(value) ? program : shellLine),
);

const runTask = mapping(ENTRY, {
  run_task: text('the name of a container, or the family of a task definition', (value) =>
    /^[A-Za-z0-9_-]{1,255}(?::[1-9]\d*)?$/.test(value),
  ).describe(
    'Runs a task once: a container of the definition that is deployed, or else the family of another definition.',
  ),
  command: program.describe("Instead of the container's own command.").optional(),
  ...common,
}).transform((entry): Hook => ({
  kind: 'run_task',
  task: entry.run_task,
  command: entry.command,
  oneWay: entry.one_way ?? false,
  timeoutMs: entry.timeout ?? TIMEOUT_MS,
}));

const command = mapping(ENTRY, {
  command: shellOrProgram.describe(
    'Runs on the machine that runs Fairlead: a program with its arguments, or a line for sh -c.',
  ),
  ...common,
}).transform((entry): Hook => ({
  kind: 'command',
  command: entry.command,
  oneWay: entry.one_way ?? false,
  timeoutMs: entry.timeout ?? TIMEOUT_MS,
}));

const either = variants([runTask, command], chooseForm);

/** An entry of `before`. */
export const beforeEntry: z.ZodType<Hook> = either;

/** An entry of `after`: there is no way back from a rollout that is over, so that it cannot be one-way. */
export const afterEntry: z.ZodType<Hook> = either.superRefine((hook, context) => {
  if (hook.oneWay)
    context.addIssue({
      code: 'custom',
      path: ['one_way'],
      message:
        'belongs to hooks.before; after a rollout that succeeded nothing goes back by itself',
    });
});

function chooseForm(value: unknown): z.ZodType<Hook> | NoForm {
  if (!isJsonObject(value)) return { path: [], text: refusal(value, ENTRY) };
  const names = Object.keys(value);
  if (names.includes('run_task')) return runTask;
  if (names.includes('command')) return command;
  for (const name of names) {
    const meant = suggestion(name, ['run_task', 'command']);
    if (meant !== undefined)
      return { path: [name], text: `is an unknown key; did you mean ${meant}?` };
  }
  return { path: [], text: 'must have the key run_task or command' };
}

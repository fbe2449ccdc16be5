/** How a configuration file says which program runs: the members that images and functions share. */
import { argument, list, namesTo, text } from '../../base/configuration/fields.ts';

const COMMAND = 'a list of the program and its arguments, such as [node, server.js]';

/** The program and its arguments. */
export const command = list(COMMAND, argument(), 1).refine(([program]) => program !== '', {
  error: `must be ${COMMAND}`,
});

/** The folder it runs in. */
export const cwd = text('a folder, relative to this file');

/** Its variables. */
export const environment = namesTo(
  'a mapping of names to texts, such as { GREETING: hello }',
  argument(),
  { pattern: /^[^=\0]+$/, wrong: 'is no name for a variable' },
);

/** How a configuration file says which program runs: the members that images and functions share. */
import { z } from 'zod';

const COMMAND = 'must be a list of the program and its arguments, such as [node, server.js]';

/** For what must be a text. */
export const TEXT = 'must be a text';

/** The program and its arguments. */
export const command = z
  .array(z.string({ error: TEXT }), { error: COMMAND })
  .refine(([program]) => program !== undefined && program !== '', { error: COMMAND });

/** The folder it runs in. */
export const cwd = z.string({ error: 'must be a folder, relative to this file' }).min(1);

/** Its variables. */
export const environment = z.record(
  z.string().regex(/^[^=\0]+$/, { error: 'is no name for a variable' }),
  z.string({ error: TEXT }),
  { error: 'must be a mapping of names to texts, such as { GREETING: hello }' },
);

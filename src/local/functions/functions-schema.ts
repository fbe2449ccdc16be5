/** The text of a functions file. */
import { z } from 'zod';
import {
  parseCheckedYaml,
  type Path,
  type Problem,
  type Variables,
} from '../../base/configuration/checked-yaml.ts';
import { command, cwd, environment } from '../configuration/program-schema.ts';
import { isFunctionName } from './function-name.ts';

const ENTRY =
  'must be a mapping with the key command or url, such as { command: [node, smoke.js] }';
const URL_FORM =
  'must be an http or https URL without a user and a password, such as http://127.0.0.1:9000/hook';

const entry = z.strictObject(
  {
    command: command.optional(),
    cwd: cwd.optional(),
    environment: environment.optional(),
    url: z.string({ error: URL_FORM }).refine(isPlainHttp, { error: URL_FORM }).optional(),
  },
  { error: ENTRY },
);

const functionsFile = z.strictObject(
  { functions: z.record(z.string(), entry, { error: 'must be a mapping of functions' }) },
  { error: 'must be a mapping with the key functions' },
);

/** What the file says of one function, as written: `cwd` is not resolved yet. */
export type FunctionEntry =
  | {
      readonly command: readonly string[];
      readonly cwd?: string | undefined;
      readonly environment?: Readonly<Record<string, string>> | undefined;
    }
  | { readonly command?: undefined; readonly url: string };

/**
 * Reads the text of a functions file.
 * @param file its name, for messages
 * @param variables what `${VAR}` may name: the environment of the control plane
 * @throws UserError FUNCTIONS_FILE_INVALID with file, line, field and what would be right, for every problem
 */
export function parseFunctions(
  text: string,
  file: string,
  variables: Variables,
): ReadonlyMap<string, FunctionEntry> {
  const { functions } = parseCheckedYaml(text, file, variables, {
    code: 'FUNCTIONS_FILE_INVALID',
    topKey: 'functions',
    schema: functionsFile,
    knownKeys,
    problemsOf: (data) =>
      Object.entries(data.functions).flatMap(([name, members]) => [
        ...problemsOfName(name),
        ...problemsOfEntry(name, members),
      ]),
  });
  return new Map(
    Object.entries(functions).map(
      ([name, { url, command: program, ...rest }]): [string, FunctionEntry] => [
        name,
        program === undefined ? { url: url ?? '' } : { command: program, ...rest },
      ],
    ),
  );
}

function knownKeys(path: Path): readonly string[] {
  return path.length === 0 ? Object.keys(functionsFile.shape) : Object.keys(entry.shape);
}

function problemsOfName(name: string): Problem[] {
  if (isFunctionName(name)) return [];
  return [
    {
      path: ['functions', name],
      text: 'is no function; write its name, such as smoke, or its whole ARN, such as arn:aws:lambda:us-east-1:123456789012:function:smoke',
    },
  ];
}

function problemsOfEntry(name: string, members: z.output<typeof entry>): Problem[] {
  if ((members.command === undefined) === (members.url === undefined))
    return [
      {
        path: ['functions', name],
        text: `must have ${members.url === undefined ? 'a command or a url' : 'either a command or a url, not both'}`,
      },
    ];
  if (members.url === undefined) return [];
  return (['cwd', 'environment'] as const)
    .filter((member) => members[member] !== undefined)
    .map((member) => ({
      path: ['functions', name, member],
      text: 'belongs to a command; a url has none',
    }));
}

function isPlainHttp(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

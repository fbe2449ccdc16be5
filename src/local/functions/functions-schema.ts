/** The text of a functions file. */
import type { z } from 'zod';
import {
  parseCheckedYaml,
  type Problem,
  type Variables,
} from '../../base/configuration/checked-yaml.ts';
import { httpUrl, mapping, namesTo } from '../../base/configuration/fields.ts';
import { memberOf, membersOf, readable } from '../../base/configuration/readable.ts';
import { command, cwd, environment } from '../configuration/program-schema.ts';
import { isFunctionName } from './function-name.ts';

const entry = mapping(
  'a mapping with the key command or url, such as { command: [node, smoke.js] }',
  {
    command: command.optional(),
    cwd: cwd.optional(),
    environment: environment.optional(),
    url: httpUrl('http://127.0.0.1:9000/hook').optional(),
  },
);

const functionsFile = mapping('a mapping with the key functions', {
  functions: namesTo('a mapping of functions', entry),
});

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
 * @throws UserError FUNCTIONS_FILE_INVALID with file, line, column, field and what would be right, for every problem
 */
export function parseFunctions(
  text: string,
  file: string,
  variables: Variables,
): ReadonlyMap<string, FunctionEntry> {
  const { functions } = parseCheckedYaml(text, file, variables, {
    code: 'FUNCTIONS_FILE_INVALID',
    whenEmpty: 'it must have the key functions',
    schema: functionsFile,
    problemsOf: (data) =>
      membersOf(memberOf(data, 'functions')).flatMap(([name, members]) => [
        ...problemsOfName(name),
        ...problemsOfEntry(name, readable(entry, members)),
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

function problemsOfName(name: string): Problem[] {
  if (isFunctionName(name)) return [];
  return [
    {
      path: ['functions', name],
      text: 'is no function; write its name, such as smoke, or its whole ARN, such as arn:aws:lambda:us-east-1:123456789012:function:smoke',
    },
  ];
}

function problemsOfEntry(name: string, members: z.output<typeof entry> | undefined): Problem[] {
  if (members === undefined) return [];
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

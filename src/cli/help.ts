/**
 * What `fairlead COMMAND --help` prints: options in groups, wrapped, so that each command's help fits a screen. The parser's own
 * help is a table as wide as its widest rows together, over 200 columns for `deploy`.
 */
import type { Command } from '@stricli/core';
import { wrap } from '../report/text.ts';
import type { CliContext } from './context.ts';
import { HELP_GROUPS, helpGroupOf } from './help-groups.ts';

/** How the help is laid out. */
export interface HelpLook {
  /** Columns; at most 100 are used. */
  readonly width: number;
  readonly heading: (text: string) => string;
}

/** What the help shows of a command. */
export type DescribedCommand = Pick<
  Command<CliContext>,
  'brief' | 'fullDescription' | 'parameters'
>;

type Flag = NonNullable<DescribedCommand['parameters']['flags']>[string];

/** Lines longer than this are hard to read, whatever the terminal can show. */
const WIDEST = 100;
/** Below this nothing can be laid out in two columns. */
const NARROWEST = 60;
/** A longer name gets a line of its own, and one that leaves less than so many columns beside it. */
const LONGEST_NAME = 37;
const LEAST_BESIDE = 43;
const LEAST_NAME = 20;

/**
 * The help of one command, with a newline at its end.
 * @param prefix what was typed to name it: `['fairlead', 'local', 'up']`
 */
export function commandHelp(
  command: DescribedCommand,
  prefix: readonly string[],
  { width, heading }: HelpLook,
): string {
  const columns = Math.max(NARROWEST, Math.min(WIDEST, width));
  const { flags = {} } = command.parameters;
  const description = (command.fullDescription ?? command.brief)
    .split('\n')
    .flatMap((line) => wrap(line, columns));
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true);
  const groups = HELP_GROUPS.map((group) => ({
    title: group,
    rows: shown
      .filter(([name]) => helpGroupOf(name) === group)
      .map(([name, flag]): Row => [optionText(name, flag), briefText(flag)]),
  }));
  const all = [{ title: 'ARGUMENTS', rows: argumentRows(command) }, ...groups].filter(
    ({ rows }) => rows.length > 0,
  );
  const names = all.flatMap(({ rows }) => rows.map(([name]) => name.length));
  const longest = Math.max(LEAST_NAME, Math.min(LONGEST_NAME, columns - LEAST_BESIDE - 4));
  const left = Math.max(...names.filter((length) => length <= longest), 0) + 4;
  return [
    `${heading('USAGE')}  ${usage(command, prefix)}`,
    '',
    ...description,
    ...all.flatMap(({ title, rows }, index) => [
      ...(index === 0 ? [''] : []),
      heading(title),
      ...rows.flatMap((row) => rowLines(row, left, columns)),
    ]),
    '',
  ].join('\n');
}

/** What is typed, and what it is for. */
type Row = readonly [name: string, brief: string];

function rowLines([name, brief]: Row, left: number, columns: number): readonly string[] {
  const [first = '', ...rest] = wrap(brief, columns - left);
  const below = rest.map((line) => ' '.repeat(left) + line);
  const fits = name.length + 4 <= left;
  return fits
    ? [`  ${name}`.padEnd(left) + first, ...below]
    : [`  ${name}`, ' '.repeat(left) + first, ...below];
}

function usage({ parameters }: DescribedCommand, prefix: readonly string[]): string {
  const { flags = {}, positional } = parameters;
  const required = Object.entries(flags)
    .filter(([, flag]) => isRequired(flag))
    .map(([name, flag]) => optionText(name, flag));
  const options = Object.keys(flags).length > required.length ? ['[options]'] : [];
  return [...prefix, ...required, ...options, ...argumentsText(positional)].join(' ');
}

function argumentsText(positional: DescribedCommand['parameters']['positional']): string[] {
  if (positional === undefined) return [];
  if (positional.kind === 'array') return [`[-- ${argumentName(positional.parameter)}...]`];
  return positional.parameters.map((parameter) =>
    parameter.optional === true ? `[${argumentName(parameter)}]` : argumentName(parameter),
  );
}

function argumentRows({ parameters: { positional } }: DescribedCommand): readonly Row[] {
  if (positional === undefined) return [];
  if (positional.kind === 'array')
    return [[`${argumentName(positional.parameter)}...`, positional.parameter.brief]];
  return positional.parameters.map((parameter) => [argumentName(parameter), parameter.brief]);
}

function argumentName({ placeholder = 'argument' }: { readonly placeholder?: string }): string {
  return placeholder.toUpperCase();
}

/** `--image [CONTAINER=]REF...`, `--output text|json`, `--[no-]wait`. */
function optionText(name: string, flag: Flag): string {
  const typed = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (flag.kind === 'counter') return `--${typed}...`;
  if (flag.kind === 'boolean') {
    const negated = flag.default !== false && flag.withNegated !== false;
    return negated ? `--[no-]${typed}` : `--${typed}`;
  }
  const several = flag.variadic === undefined || flag.variadic === false ? '' : '...';
  const value = flag.placeholder?.toUpperCase() ?? valuesOf(flag) ?? 'VALUE';
  return `--${typed} ${value}${several}`;
}

function valuesOf(flag: Flag): string | undefined {
  return flag.kind === 'enum' ? flag.values.join('|') : undefined;
}

/** The brief, and what holds where the option is not given. */
function briefText(flag: Flag): string {
  const values = flag.placeholder === undefined ? undefined : valuesOf(flag);
  const notes = [
    ...(values === undefined ? [] : [values]),
    ...(isRequired(flag) ? ['required'] : []),
    ...defaultNote(flag),
  ];
  return notes.length === 0 ? flag.brief : `${flag.brief} (${notes.join('; ')})`;
}

function defaultNote(flag: Flag): readonly string[] {
  if (flag.kind === 'counter' || flag.default === undefined) return [];
  if (flag.kind === 'boolean') return flag.default ? ['default yes'] : [];
  return [`default ${[flag.default].flat().join(' ')}`];
}

function isRequired(flag: Flag): boolean {
  return flag.optional !== true && (flag.kind === 'counter' || flag.default === undefined);
}

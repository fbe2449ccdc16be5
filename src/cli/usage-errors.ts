/** What is said to somebody who typed a command that cannot be read: the option, the value, and what would be right. */
import {
  ArgumentScannerError,
  ExitCode,
  formatMessageForArgumentScannerError,
  text_en,
  type ApplicationText,
} from '@stricli/core';
import { messageOf } from '../base/errors.ts';

/** The texts of the parser's own refusals. */
export const usageErrorText: Pick<
  ApplicationText,
  'exceptionWhileParsingArguments' | 'noCommandRegisteredForInput'
> = {
  exceptionWhileParsingArguments(error, ansiColor) {
    if (!(error instanceof ArgumentScannerError)) {
      return text_en.exceptionWhileParsingArguments.call(this, error, ansiColor);
    }
    return `fairlead: ${formatMessageForArgumentScannerError(error, {
      ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, exception }) =>
        `--${name}: ${messageOf(exception)}.`,
      EnumValidationError: ({ externalFlagName, input, values }) =>
        `--${externalFlagName}: "${input}" is not one of ${values.join(', ')}.`,
      UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
        nextFlagName === undefined
          ? `--${externalFlagName} is required, with a value.`
          : `--${externalFlagName} has no value; --${nextFlagName} follows it at once.`,
      UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
        `--${externalFlagName} is given twice: "${previousInput}" and "${input}".`,
      UnsatisfiedPositionalError: ({ placeholder }) => `The argument <${placeholder}> is missing.`,
      UnexpectedPositionalError: ({ expectedCount, input }) =>
        `"${input}" is one argument too many; the command takes ${expectedCount === 0 ? 'options only' : expectedCount}.`,
      FlagNotFoundError: ({ input, corrections }) =>
        `There is no option --${input}${didYouMean(corrections.map((name) => `--${name}`))}`,
      AliasNotFoundError: ({ input }) => `There is no option -${input}.`,
    })}`;
  },
  noCommandRegisteredForInput: ({ input, corrections }) =>
    `fairlead: There is no command "${input}"${didYouMean(corrections)}`,
};

function didYouMean(corrections: readonly string[]): string {
  // The parser gives the names of commands in backticks, those of options without.
  const names = corrections.map((name) => name.replaceAll('`', ''));
  return names.length === 0 ? '.' : `; did you mean ${names.join(' or ')}?`;
}

/** What the command was called wrongly with: nothing was changed. */
const USAGE = 2;

/**
 * The exit code of the process for one of the parser's: its codes are negative, and only two of them are the user's to mend.
 * @param code what the parser left in `process.exitCode`
 */
export function exitCodeOfParser(code: number): number {
  if (code >= 0) return code;
  return isUsageError(code) ? USAGE : 1;
}

/** True when the parser could not read the command line. */
export function isUsageError(code: number): boolean {
  return code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand;
}

/** `help deploy` is what other tools call `deploy --help`. */
export function withoutHelpCommand(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  if (first === 'help') return [...rest, '--help'];
  return first === 'version' ? ['--version'] : args;
}

/** Where the command that was meant is explained: `See: fairlead deploy --help`. */
export function helpHint(args: readonly string[], commands: ReadonlySet<string>): string {
  const [first = '', second = ''] = args;
  const path = [first, `${first} ${second}`].filter((each) => commands.has(each)).at(-1);
  return `See: fairlead ${path === undefined ? '' : `${path} `}--help`;
}

/** `--help`: the parser's own for groups of commands, ours for a command; that one is loaded only when it is asked for. */
import { help, text_en, type StricliIntegration } from '@stricli/core';
import type { CliContext } from './context.ts';

/** Columns where there is no terminal. */
const DEFAULT_WIDTH = 100;

/** The integration for the parser. */
export function groupedHelp(): StricliIntegration<CliContext> {
  const { validate, flag } = help<CliContext>({
    brief: text_en.briefs.help,
    defaultForRouteMap: true,
    formatting: {
      useAliasInUsageLine: false,
      onlyRequiredInUsageLine: true,
      caseStyle: 'convert-camel-to-kebab',
    },
  });
  if (validate === undefined || flag === undefined) throw new Error('the parser has no help');
  return {
    validate,
    flag: {
      ...flag,
      async run(application, given) {
        const { target, prefix } = given.result;
        // A command has parameters, a group of commands has none.
        if (!('parameters' in target)) return flag.run.call(this, application, given);
        const { commandHelp } = await import('./help.ts');
        const coloured = given.ansiColorByStream.stdout;
        const text = commandHelp(target, prefix, {
          // A terminal without a size says 0.
          width: process.stdout.columns || DEFAULT_WIDTH,
          heading: (title) => (coloured ? `\u001b[1m${title}\u001b[22m` : title),
        });
        this.process.stdout.write(text);
      },
    },
  };
}

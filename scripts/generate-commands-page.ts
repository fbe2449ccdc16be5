/** Writes docs/reference/commands.md from the help that the commands print; a test keeps the two equal. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const COMMANDS = [
  'deploy',
  'status',
  'wait',
  'resume',
  'rollback',
  'continue',
  'abort',
  'run',
  'revisions',
  'tasks',
  'iam',
  'demo',
  'local up',
  'local down',
  'local status',
  'local env',
  'local reset',
  'local logs',
];

const BIN = fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));
const PAGE = fileURLToPath(new URL('../docs/reference/commands.md', import.meta.url));

/** The page as it should be. */
export function commandsPage(): string {
  const sections = COMMANDS.map((command) => {
    const help = execFileSync(process.execPath, [BIN, ...command.split(' '), '--help'], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return `## fairlead ${command}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
  });
  return [
    '# Commands\n',
    'Results go to standard output, progress to standard error. [Exit codes](exit-codes.md) are the same everywhere. Colours and',
    'repainting need a terminal; `NO_COLOR` is respected.\n',
    ...sections,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, commandsPage());

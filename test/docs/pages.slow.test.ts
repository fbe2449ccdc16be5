import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsPage } from '../../scripts/generate-commands-page.ts';
import { cloudWatchOperations } from '../../src/local/cloudwatch/handlers.ts';
import { definitionHandlers } from '../../src/local/ecs/handlers-definitions.ts';
import { serviceHandlers } from '../../src/local/ecs/handlers-services.ts';
import { taskSetHandlers } from '../../src/local/ecs/handlers-task-sets.ts';
import { elbv2Operations } from '../../src/local/elbv2/handlers.ts';
import { logsOperations } from '../../src/local/logs/handlers.ts';
import { VERDICTS } from '../../src/record/verdict.ts';

const page = (name: string): string => readFileSync(join('docs/reference', name), 'utf8');

describe('the reference', () => {
  it('shows every command as it explains itself (node scripts/generate-commands-page.ts)', () => {
    expect(page('commands.md')).toBe(commandsPage());
  });

  it('names every operation that is built, and no other', () => {
    const built = [
      definitionHandlers,
      serviceHandlers,
      taskSetHandlers,
      elbv2Operations,
      cloudWatchOperations,
      logsOperations,
    ].flatMap((table) => Object.keys(table));
    const section = page('local-ecs.md').split('## Operations')[1]?.split('\n## ')[0] ?? '';
    const named = Array.from(section.matchAll(/`([A-Z][A-Za-z0-9]+)`/g), ([, name]) => name);
    expect(named.toSorted()).toEqual(built.toSorted());
  });

  it('has every verdict in the table of exit codes', () => {
    for (const verdict of VERDICTS) expect(page('exit-codes.md')).toContain(`| \`${verdict}\``);
  });
});

describe('every page', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...markdownIn('docs')];
  it.each(pages)('%s links only to what exists', (file) => {
    const links = Array.from(
      readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g),
      ([, target]) => join(dirname(file), target ?? ''),
    );
    expect(links.filter((target) => !existsSync(target))).toEqual([]);
  });
});

describe('the README', () => {
  it.each([...markdownIn('docs/guide'), ...markdownIn('docs/reference')])('links %s', (file) => {
    expect(readFileSync('README.md', 'utf8')).toContain(`(${file})`);
  });
});

function markdownIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** What the guide and the examples show is what Fairlead takes: configurations are read, commands and their options exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/deploy/configuration/parse-configuration.ts';
import { flagsOf } from './commands.ts';

const VARIABLES = {
  VERSION: '1.2.3',
  TEST_PORT: '8091',
  ...{ BLUE: 'arn:blue', GREEN: 'arn:green', PRODUCTION_RULE: 'arn:rule', TEST_RULE: 'arn:test' },
};
const PAGES = [
  'README.md',
  ...readdirSync('docs/guide').map((name) => join('docs/guide', name)),
  ...readdirSync('examples').map((name) => join('examples', name, 'README.md')),
].filter((page) => page !== 'examples/ci/README.md');
const FILES = ['examples/shop/fairlead.yaml', 'examples/ci/fairlead.yaml'];

/** The indented blocks of a page, as they are typed. */
function blocksOf(page: string): readonly string[] {
  return Array.from(
    readFileSync(page, 'utf8').matchAll(/(?:^ {4,}\S.*\n(?:\n(?= {4}))?)+/gm),
    ([block]) => block.replaceAll(/^ {4}/gm, ''),
  );
}

const configurations = PAGES.flatMap((page) =>
  blocksOf(page)
    .filter((block) => /^cluster: .*\nservice: /.test(block))
    .map((block) => [page, block.split(/\n\n(?=VERSION=|fairlead )/)[0] ?? ''] as const),
);

describe('a configuration that is shown', () => {
  it('is there for each strategy', () => {
    expect(new Set(configurations.map(([page]) => page))).toEqual(
      new Set([
        'README.md',
        ...['analysis', 'blue-green', 'canary', 'ci', 'hooks', 'linear', 'rolling'].map(
          (page) => `docs/guide/${page}.md`,
        ),
        'docs/guide/service-definition.md',
      ]),
    );
  });

  it.each(configurations)('is read: %s', (page, block) => {
    expect(() => parseConfiguration(block, page, VARIABLES)).not.toThrow();
  });

  it.each(FILES)('is read: %s', (file) => {
    const text = readFileSync(file, 'utf8');
    expect(() => parseConfiguration(text, file, VARIABLES)).not.toThrow();
  });

  it('measures the canary of the example', () => {
    const [file = ''] = FILES;
    const { strategy, analysis } = parseConfiguration(readFileSync(file, 'utf8'), file, VARIABLES);
    expect(strategy).toMatchObject({ type: 'canary', steps: [20] });
    expect(analysis.map(({ kind }) => kind)).toEqual([
      ...['target_5xx_ratio', 'target_response_time', 'http'],
    ]);
  });
});

/** `fairlead local up --detach` of every page and example: which command, and which options. */
const commands = [...PAGES, ...pipelines()].flatMap((page) => {
  const text = page.endsWith('.md') ? blocksOf(page).join('\n') : readFileSync(page, 'utf8');
  return Array.from(
    text
      .replaceAll(/\\\n\s*/g, '')
      .matchAll(/(?:^|[\s"'(=])fairlead ((?:local )?[a-z]+)((?: [^\n#|>)]*)?)/gm),
    ([, command = '', rest = '']) => ({ page, command, rest: rest.split(' -- ')[0] ?? '' }),
  );
});

function pipelines(): readonly string[] {
  return ['github-actions.yml', 'gitlab-ci.yml', 'Jenkinsfile', 'deploy.sh'].map((name) =>
    join('examples/ci', name),
  );
}

describe('a command that is shown', () => {
  it('is found in many pages', () => {
    expect(new Set(commands.map(({ page }) => page)).size).toBeGreaterThan(12);
  });

  it.each(commands)('exists with its options: $page: fairlead $command$rest', (shown) => {
    const known = flagsOf(shown.command);
    expect(known, shown.command).toBeDefined();
    const given = Array.from(shown.rest.matchAll(/(?<=\s)--([a-z-]+)/g), ([, name]) => name);
    expect(given.filter((name) => known?.has(name ?? '') !== true)).toEqual([]);
  });
});

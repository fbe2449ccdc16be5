import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/deploy/configuration/parse-configuration.ts';

const page = readFileSync(
  new URL('../../../docs/reference/configuration.md', import.meta.url),
  'utf8',
);

/** The indented blocks. */
const blocks = page
  .split(/\n(?! {4})/)
  .filter((part) => part.includes('\n    '))
  .map((part) => part.replace(/^.*\n/, '').replaceAll(/^ {4}/gm, ''));

describe('docs/reference/configuration.md', () => {
  it.each(blocks.filter((block) => !block.startsWith('fairlead.yaml:')))(
    'shows what works: %s',
    (yaml) => {
      expect(() => parseConfiguration(yaml, 'fairlead.yaml', { VERSION: '1.2.0' })).not.toThrow();
    },
  );

  it('has four of them', () => {
    expect(blocks).toHaveLength(4);
  });

  it('shows problems as they are told', () => {
    const wrong = `cluster: production
serivce: web
strategy:
  type: canary
  steps: [150%]
analysis:
    - { metric: target_5xx_ratio }
`;
    const problems = blocks.find((block) => block.startsWith('fairlead.yaml:'))?.trim();
    expect(() => parseConfiguration(wrong, 'fairlead.yaml', {})).toThrow(
      expect.objectContaining({ message: problems }) as Error,
    );
  });

  it('names every key', () => {
    const schema = readFileSync(
      new URL('../../../schema/fairlead.schema.json', import.meta.url),
      'utf8',
    );
    const keys = new Set<string>();
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, member] of Object.entries(node)) {
        if (name === 'properties') for (const key of Object.keys(member as object)) keys.add(key);
        walk(member);
      }
    };
    walk(JSON.parse(schema));
    expect(keys.size).toBeGreaterThan(40);
    expect([...keys].filter((key) => !page.includes(key))).toEqual([]);
  });
});

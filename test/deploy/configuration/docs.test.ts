import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readGiven } from '../../../src/deploy/definition/wanted-definition.ts';
import { readServiceDefinition } from '../../../src/deploy/service-definition/read-service-definition.ts';
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

  it('has five of them', () => {
    expect(blocks).toHaveLength(5);
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

  it('shows what is wrong with definitions as it is told', async () => {
    const file = 'service: web\n\n\nservice_definition: service-defnition.json\n';
    const { places, serviceDefinition } = parseConfiguration(file, 'fairlead.yaml', {});
    const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    const told = async (work: () => Promise<unknown>): Promise<string> => {
      const error: unknown = await work().catch((thrown: unknown) => thrown);
      return error instanceof Error ? error.message : '';
    };
    const written = (text: string): Promise<string> =>
      told(() =>
        readGiven('task-definition.json', { readFile: () => Promise.resolve(text) }, undefined),
      );
    const container = '"containerDefinitions": [{ "name": "web", "image": "web:1"';
    const lines = [
      await told(() =>
        readServiceDefinition(
          serviceDefinition ?? { kind: 'inline', value: {} },
          {
            readFile: () => Promise.reject(missing),
            listFolder: () => Promise.resolve(['service-definition.json']),
          },
          { cluster: 'default', service: 'web' },
          places?.serviceDefinition,
        ),
      ),
      await written(
        `{ "family": "web", ${container},${'\n'.repeat(11)}      "enviroment": [] }] }`,
      ),
      await written(`{ "family": "web"${'\n'.repeat(17)}    ${container} }] }`),
      await written(`{ "family": "web", ${container},${'\n'.repeat(20)}      "image": "" }] }`),
    ];
    expect(blocks.map((block) => block.trim())).toContain(lines.join('\n'));
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

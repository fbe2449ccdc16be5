import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/deploy/configuration/parse-configuration.ts';
import type { AnalysisCheck } from '../../../src/deploy/configuration/configuration.ts';
import { withSources } from '../../../src/deploy/measure/cloudwatch.ts';
import { queryUrl } from '../../../src/deploy/measure/prometheus.ts';

const VARIABLES = { VERSION: '2.0.0' };
const FRAME = `cluster: production
service: my-app
strategy: { type: canary }
analysis:
`;

/** The indented blocks of the guide that begin so. */
function blocks(begin: string): readonly string[] {
  const text = readFileSync('docs/guide/analysis.md', 'utf8');
  return Array.from(text.matchAll(/(?:^ {4,}\S.*\n(?:\n(?= {4}))?)+/gm), ([block]) => block).filter(
    (block) => block.trimStart().startsWith(begin),
  );
}

const EXAMPLES: readonly AnalysisCheck[] = blocks('- ').flatMap(
  (block) => parseConfiguration(FRAME + block, 'fairlead.yaml', VARIABLES).analysis,
);

describe('the examples of the guide', () => {
  it('are configurations, and show every kind of check', () => {
    const [whole = ''] = blocks('cluster:');
    const { analysis } = parseConfiguration(whole, 'fairlead.yaml', VARIABLES);
    expect(analysis.map(({ kind }) => kind)).toEqual([
      ...['target_5xx_ratio', 'target_response_time', 'http'],
    ]);
    expect(new Set(EXAMPLES.map(({ kind }) => kind))).toEqual(
      new Set(['target_5xx_ratio', 'target_response_time', 'cloudwatch', 'prometheus', 'http']),
    );
  });

  it('ask what they say', () => {
    for (const check of EXAMPLES) {
      if (check.kind === 'prometheus') {
        const asked = queryUrl(check.url, check.query);
        expect(asked?.searchParams.get('query')).toMatch(/^sum\(rate\(.*\[3m\]\)\)$/);
      }
      if (check.kind === 'cloudwatch') expect(withSources(check.queries)).not.toHaveLength(0);
    }
  });
});

/** One entry of `analysis` as it is written. */
import { z } from 'zod';
import {
  choice,
  duration,
  httpUrl,
  mapping,
  number,
  share,
  text,
  variants,
  wholeNumber,
  type NoForm,
} from '../../base/configuration/fields.ts';
import { refusal } from '../../base/configuration/problems.ts';
import { membersOf } from '../../base/configuration/readable.ts';
import { suggestion } from '../../base/configuration/suggestion.ts';
import { isJsonObject, type JsonObject } from '../definition/json.ts';
import { cloudWatchQueries } from './cloudwatch-queries.ts';
import type { AnalysisCheck } from './configuration.ts';
import type { CheckMoment } from '../observed/open-gate.ts';

type Unnamed<T> = T extends AnalysisCheck
  ? Omit<T, 'name'> & { readonly name: string | undefined }
  : never;

/** A check that may have no name yet. */
export type CheckWish = Unnamed<AnalysisCheck>;

/** Samples without which a ratio says nothing. */
const MIN_SAMPLES = 100;
const DEADLINE_MS = 10 * 60_000;

const common = {
  name: text('a name of one line, such as errors', (value) => /^\S(?:.*\S)?$/.test(value))
    .describe('As results and records name the check; by default its kind.')
    .optional(),
  on_no_data: choice(['wait', 'pass', 'fail'])
    .describe(
      'What missing or undecided data does. By default wait, until the deadline; then the check fails.',
    )
    .optional(),
  deadline: duration('above-zero')
    .describe('How long an undecided check is waited for at a gate. By default 10m.')
    .optional(),
  at: choice(['test', 'production', 'both'])
    .describe(
      'When the check is made: before production traffic comes, after each shift of it, or both. By default both for http, else production.',
    )
    .optional(),
};

const samples = wholeNumber(1, 1_000_000_000)
  .describe('Fewer requests than this are never a pass. By default 100.')
  .optional();
const compare = choice(['baseline'])
  .describe('Measures the old version over the same time: the new one must not be worse.')
  .optional();
const bounds = {
  min: number().describe('The value must not be below this.').optional(),
  max: number().describe('The value must not be above this.').optional(),
};

const errorRatio = mapping('a check', {
  metric: choice(['target_5xx_ratio']).describe(
    'Share of requests that the targets answered with 5XX.',
  ),
  max: share().describe('The largest share, such as 1%.').optional(),
  min_samples: samples,
  compare,
  ...common,
})
  .superRefine((entry, context) => {
    if (entry.max === undefined && entry.compare === undefined)
      context.addIssue('must have max, such as max: 1%, or compare: baseline, or both');
  })
  .transform((entry): CheckWish => ({
    kind: 'target_5xx_ratio',
    ...commonOf(entry, ['production']),
    max: entry.max,
    minSamples: entry.min_samples ?? MIN_SAMPLES,
    compare: entry.compare,
  }));

const responseTime = mapping('a check', {
  metric: choice(['target_response_time']).describe(
    'Share of requests that took longer than the limit.',
  ),
  limit: duration('above-zero').describe('How long a request may take, such as 250ms.'),
  max_share_over: share().describe('The largest share of slower requests, such as 5%.').optional(),
  min_samples: samples,
  compare,
  ...common,
})
  .superRefine((entry, context) => {
    if (entry.max_share_over === undefined && entry.compare === undefined)
      context.addIssue(
        'must have max_share_over, such as max_share_over: 5%, or compare: baseline, or both',
      );
  })
  .transform((entry): CheckWish => ({
    kind: 'target_response_time',
    ...commonOf(entry, ['production']),
    limitMs: entry.limit,
    maxShareOver: entry.max_share_over,
    minSamples: entry.min_samples ?? MIN_SAMPLES,
    compare: entry.compare,
  }));

const cloudwatch = mapping('a check', {
  cloudwatch: cloudWatchQueries.describe(
    'Queries of GetMetricData as AWS takes them; the one that returns data is the value.',
  ),
  ...bounds,
  ...common,
})
  .superRefine(checkBounds)
  .transform((entry): CheckWish => ({
    kind: 'cloudwatch',
    ...commonOf(entry, ['production']),
    queries: entry.cloudwatch,
    min: entry.min,
    max: entry.max,
  }));

const prometheus = mapping('a check', {
  prometheus: mapping('a mapping with the keys url and query', {
    url: httpUrl('http://prometheus:9090').describe('Where Prometheus is.'),
    query: text('a query in PromQL').describe('A query whose result is one number.'),
  }),
  ...bounds,
  ...common,
})
  .superRefine(checkBounds)
  .transform((entry): CheckWish => ({
    kind: 'prometheus',
    ...commonOf(entry, ['production']),
    ...entry.prometheus,
    min: entry.min,
    max: entry.max,
  }));

const jsonMembers = z
  .unknown()
  .transform((value, context): JsonObject => {
    if (isJsonObject(value)) return value;
    context.addIssue(refusal(value, 'a mapping of members, such as { version: 2.0.0 }'));
    return z.NEVER;
  })
  .meta({ type: 'object' });

const http = mapping('a check', {
  http: mapping('a mapping with the key url', {
    url: httpUrl('https://test.example.com/health').describe('What is asked for with GET.'),
    expect: wholeNumber(100, 599)
      .describe('The status of a good answer. By default 200.')
      .optional(),
    json: jsonMembers
      .describe('Members that the JSON answer must have, with these values.')
      .optional(),
  }),
  ...common,
}).transform((entry): CheckWish => ({
  kind: 'http',
  ...commonOf(entry, ['test', 'production']),
  url: entry.http.url,
  expect: entry.http.expect ?? 200,
  json: entry.http.json ?? {},
}));

/** The keys of which an entry has one. */
const KINDS = { metric: undefined, cloudwatch, prometheus, http } as const;
const KIND_NAMES = Object.keys(KINDS);

/** A metric that is none of ours fails with the names of those that are. */
const unknownMetric = z
  .looseObject({ metric: choice(['target_5xx_ratio', 'target_response_time']) })
  .transform((): CheckWish => z.NEVER);

/** One entry, without the name that only the whole list can give. */
export const analysisEntry: z.ZodType<CheckWish> = variants(
  [errorRatio, responseTime, cloudwatch, prometheus, http],
  chooseForm,
);

function chooseForm(value: unknown): z.ZodType<CheckWish> | NoForm {
  const members = new Map(membersOf(value));
  const [kind, another] = KIND_NAMES.filter((name) => members.has(name));
  if (kind === undefined) return noKind(value, [...members.keys()]);
  if (another !== undefined)
    return {
      path: [another],
      text: `stands beside ${kind}; an entry is one check: make it another entry of the list`,
    };
  if (members.get('metric') === 'target_5xx_ratio') return errorRatio;
  if (members.get('metric') === 'target_response_time') return responseTime;
  if (kind === 'cloudwatch' || kind === 'prometheus' || kind === 'http') return KINDS[kind];
  return unknownMetric;
}

function noKind(value: unknown, names: readonly string[]): NoForm {
  if (!isJsonObject(value))
    return {
      path: [],
      text: refusal(value, 'a check, such as { metric: target_5xx_ratio, max: 1% }'),
    };
  for (const name of names) {
    const meant = suggestion(name, KIND_NAMES);
    if (meant !== undefined)
      return { path: [name], text: `is an unknown key; did you mean ${meant}?` };
  }
  return { path: [], text: `must have one of the keys ${KIND_NAMES.join(', ')}` };
}

interface CommonEntry {
  readonly name?: string | undefined;
  readonly on_no_data?: CheckWish['onNoData'] | undefined;
  readonly deadline?: number | undefined;
  readonly at?: CheckMoment | 'both' | undefined;
}

function commonOf(
  entry: CommonEntry,
  moments: readonly CheckMoment[],
): Pick<CheckWish, 'name' | 'onNoData' | 'deadlineMs' | 'moments'> {
  return {
    name: entry.name,
    onNoData: entry.on_no_data ?? 'wait',
    deadlineMs: entry.deadline ?? DEADLINE_MS,
    moments:
      entry.at === undefined ? moments : entry.at === 'both' ? ['test', 'production'] : [entry.at],
  };
}

function checkBounds(
  { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined },
  context: z.RefinementCtx,
): void {
  if (min === undefined && max === undefined)
    context.addIssue('must have min or max, such as max: 10, or both');
  if (min !== undefined && max !== undefined && min > max)
    context.addIssue({
      code: 'custom',
      path: ['min'],
      message: `is ${min}, which is above max: ${max}; no value can pass`,
    });
}

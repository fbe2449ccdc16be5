/** The queries of a `cloudwatch` check: kept verbatim, and looked at only as far as a wrong one would be found too late. */
import { z } from 'zod';
import { list, mapping, variants } from '../../base/configuration/fields.ts';
import { refusal } from '../../base/configuration/problems.ts';
import { isJsonObject, textOf, type JsonObject } from '../definition/json.ts';

const QUERY =
  'a query of GetMetricData, such as { Id: m1, MetricStat: { Metric: …, Period: 60, Stat: Sum } }';
const QUERIES = `a list of queries as GetMetricData takes them, such as [{ Id: m1, MetricStat: … }]`;

const query = z
  .unknown()
  .transform((value, context): JsonObject => {
    if (!isJsonObject(value)) {
      context.addIssue(refusal(value, QUERY));
      return z.NEVER;
    }
    const report = (member: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [member], message });
    if (!/^[a-z]\w{0,254}$/.test(textOf(value['Id']) ?? ''))
      report(
        'Id',
        refusal(
          value['Id'],
          'a text that begins with a small letter and holds letters, digits and _',
        ),
      );
    if (!['boolean', 'undefined'].includes(typeof value['ReturnData']))
      report('ReturnData', refusal(value['ReturnData'], 'true or false, without quotes'));
    if ((value['MetricStat'] === undefined) === (value['Expression'] === undefined))
      context.addIssue('must have either MetricStat or Expression');
    return value;
  })
  .meta({
    type: 'object',
    required: ['Id'],
    properties: { Id: { type: 'string' }, ReturnData: { type: 'boolean' } },
  });

const queries = list(QUERIES, query, 1).superRefine((all, context) => {
  all.forEach(({ Id: id }, index) => {
    if (all.findIndex((other) => other['Id'] === id) < index)
      context.addIssue({
        code: 'custom',
        path: [index, 'Id'],
        message: `is ${JSON.stringify(id)}, as that of another query`,
      });
  });
  if (all.length === 0) return;
  const shown = all.filter(({ ReturnData: returns }) => returns !== false);
  if (shown.length !== 1)
    context.addIssue(
      `must have exactly one query that returns data, and has ${shown.length === 0 ? 'none' : shown.map(({ Id: id }) => textOf(id) ?? '?').join(', ')}; write ReturnData: false at ${shown.length === 0 ? 'all but one' : 'the others'}`,
    );
});

const wrapped = mapping('a mapping with the key MetricDataQueries', {
  MetricDataQueries: queries,
}).transform(({ MetricDataQueries: inner }) => inner);

/** The list itself, or the mapping that `aws cloudwatch get-metric-data --cli-input-json` has it in. */
export const cloudWatchQueries: z.ZodType<readonly JsonObject[]> = variants<readonly JsonObject[]>(
  [queries, wrapped],
  (value) => (isJsonObject(value) ? wrapped : queries),
);

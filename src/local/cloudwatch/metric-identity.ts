/** Namespace, name and dimensions of a metric, as requests give them. */
import type { Dimension } from '@aws-sdk/client-cloudwatch';
import type { Metric, MetricDimension } from '../state/cloudwatch-entities.ts';
import { invalidValue, missingParameter } from './errors.ts';

const MOST_DIMENSIONS = 30;
const LONGEST_NAME = 255;
const LONGEST_DIMENSION_VALUE = 1024;
/** ASCII without control characters. */
const PRINTABLE = /^[\x20-\x7e]*$/;

/** What a request calls a metric by. */
export type MetricName = Omit<Metric, 'id'>;

/**
 * The metric that a request names.
 * @param at where it stands in the request, with a dot behind it: `Metrics.member.1.MetricStat.Metric.`
 * @param namespaceAt where its namespace stands, if elsewhere
 * @throws AwsError MissingRequiredParameter, InvalidParameterValue
 */
export function metricNamed(
  region: string,
  input: {
    readonly Namespace?: string | undefined;
    readonly MetricName?: string | undefined;
    readonly Dimensions?: readonly Dimension[] | undefined;
  },
  at = '',
  namespaceAt = at,
): MetricName {
  return {
    region,
    namespace: checkText(input.Namespace, `${namespaceAt}Namespace`, LONGEST_NAME),
    metricName: checkText(input.MetricName, `${at}MetricName`, LONGEST_NAME),
    dimensions: checkDimensions(input.Dimensions, at),
  };
}

/** The dimensions by name. @throws AwsError as metricNamed does */
export function checkDimensions(
  dimensions: readonly Dimension[] = [],
  at = '',
): readonly MetricDimension[] {
  if (dimensions.length > MOST_DIMENSIONS)
    throw invalidValue(
      `The collection ${at}Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`,
    );
  const checked = dimensions.map(({ Name, Value }, index) => {
    const place = `${at}Dimensions.member.${index + 1}.`;
    return {
      name: checkText(Name, `${place}Name`, LONGEST_NAME),
      value: checkText(Value, `${place}Value`, LONGEST_DIMENSION_VALUE),
    };
  });
  for (const [index, { name }] of checked.entries()) {
    if (checked.findIndex((other) => other.name === name) !== index)
      throw invalidValue(`The dimension ${name} is given more than once in ${at}Dimensions.`);
  }
  return checked.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Dimensions as answers have them. */
export function describeDimensions(dimensions: readonly MetricDimension[]): Dimension[] {
  return dimensions.map(({ name, value }) => ({ Name: name, Value: value }));
}

function checkText(text: string | undefined, parameter: string, longest: number): string {
  if (text === undefined) throw missingParameter(parameter);
  if (text.length > longest)
    throw invalidValue(
      `The parameter ${parameter} must be shorter than ${longest + 1} characters.`,
    );
  if (!PRINTABLE.test(text)) throw invalidValue(`The parameter ${parameter} must be ASCII text.`);
  if (text.trim() === '' || (text.startsWith(':') && !parameter.endsWith('Value')))
    throw invalidValue(`The value ${text} for parameter ${parameter} is invalid.`);
  return text;
}

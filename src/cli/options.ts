/** Options that several commands share. */
import { parseTime } from './parse.ts';

/** Forms of a result on standard output. */
const OUTPUTS = ['text', 'json'] as const;

/** One of them. */
export type OutputForm = (typeof OUTPUTS)[number];

/** The folder of the local ECS's state. */
export const stateFlag = {
  kind: 'parsed',
  parse: String,
  brief: 'Folder of the state',
  default: '.fairlead',
  placeholder: 'folder',
} as const;

/** ` --state FOLDER` for the commands that are told to type next; nothing where the default does. */
export function stateOption(state: string): string {
  return state === stateFlag.default ? '' : ` --state ${state}`;
}

/** `--output`. */
export const outputFlag = {
  kind: 'enum',
  values: OUTPUTS,
  brief: 'Form of the result',
  default: 'text',
} as const;

/** Which service, and where it is. */
export interface ServiceFlags {
  readonly config?: string;
  readonly cluster?: string;
  readonly service?: string;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly output: OutputForm;
}

const text = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: String, brief, placeholder, optional: true }) as const;

/** Options of every command on a service. */
export const serviceFlags = {
  config: text('Else ./fairlead.yaml, without --service', 'file'),
  cluster: text("Else the configuration's, else default", 'name'),
  service: text("Name or ARN; else the configuration's", 'name'),
  endpointUrl: text('Where the AWS APIs are; or AWS_ENDPOINT_URL', 'url'),
  region: text('Else that of the environment or the profile', 'region'),
  profile: text('Profile of the AWS configuration', 'name'),
  output: outputFlag,
} as const;

/** `--timeout`, in ms. */
export const timeoutFlag = {
  kind: 'parsed',
  parse: parseTime,
  brief: 'How long: 15m; a bare number is seconds; else by strategy',
  optional: true,
  placeholder: 'time',
} as const;

/** `--record`. */
export const recordFlag = text('Write the record (JSON Lines) to this file', 'file');

/** `--[no-]wait`. */
export const waitFlag = {
  kind: 'boolean',
  brief: 'Wait for the end',
  default: true,
} as const;

/** Forms of progress on standard error. */
const LOG_FORMATS = ['text', 'json'] as const;

/** One of them. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** `--log-format`. */
export const logFormatFlag = {
  kind: 'enum',
  values: LOG_FORMATS,
  brief: 'Form of the progress',
  default: 'text',
} as const;

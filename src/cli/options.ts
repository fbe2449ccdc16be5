/** Options that several commands share. */
import { parseTime } from './parse.ts';

/** Forms of a result on standard output. */
export const OUTPUTS = ['text', 'json'] as const;

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
  brief: 'Form of the result on standard output',
  default: 'text',
} as const;

/** Which service, and where it is. */
export interface ServiceFlags {
  readonly cluster: string;
  readonly service: string;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly output: OutputForm;
}

const text = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: String, brief, placeholder, optional: true }) as const;

/** Options of every command on a service. */
export const serviceFlags = {
  cluster: {
    kind: 'parsed',
    parse: String,
    brief: 'Name or ARN of the cluster',
    default: 'default',
    placeholder: 'name',
  },
  service: {
    kind: 'parsed',
    parse: String,
    brief: 'Name or ARN of the service',
    placeholder: 'name',
  },
  endpointUrl: text('Where the AWS APIs are; AWS_ENDPOINT_URL is honoured too', 'url'),
  region: text('AWS region; else the one of the environment or profile', 'region'),
  profile: text('Profile of the AWS configuration', 'name'),
  output: outputFlag,
} as const;

/** `--timeout`, in ms. */
export const timeoutFlag = {
  kind: 'parsed',
  parse: parseTime,
  brief: 'How long to wait for the end, such as 90s, 15m or 1h30m; a bare number is seconds',
  default: '15m',
  placeholder: 'time',
} as const;

/** `--record`. */
export const recordFlag = text('Write the record of the rollout to this file (JSON Lines)', 'file');

/** `--[no-]wait`. */
export const waitFlag = {
  kind: 'boolean',
  brief: 'Wait for the end; --no-wait leaves once the rollout is under way',
  default: true,
} as const;

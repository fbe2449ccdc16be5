/**
 * The rollout record: JSON Lines, one entry a line, schema `fairlead.rollout/v1`. The zod schemas below are the only
 * definition; the types and schema/rollout-v1.schema.json follow from them. A reader keeps entries of a kind that it does
 * not know, so later versions may add kinds (gates, measurements) without a new schema name.
 */
import { z } from 'zod';
import { at, count } from './fields.ts';
import { Sample, type RevisionCounts } from './sample.ts';
import { VERDICTS } from './verdict.ts';

/** The name in every record's header. */
export const RECORD_SCHEMA = 'fairlead.rollout/v1';

/** A task definition as a rollout leaves it or brings it. */
const Revision = z.object({
  taskDefinition: z.string().describe('ARN of the task definition'),
  serviceRevision: z.string().optional().describe('ARN of the service revision, where it is known'),
  images: z.array(
    z.object({
      container: z.string(),
      image: z.string(),
      digest: z.string().optional().describe('What ECS resolved the tag to'),
    }),
  ),
});

const Header = z.object({
  kind: z.literal('header'),
  schema: z.literal(RECORD_SCHEMA),
  at,
  tool: z.object({ name: z.string(), version: z.string() }),
  mode: z
    .enum(['deploy', 'rehearse', 'plan'])
    .describe('On ECS, on this machine, or in virtual time'),
  command: z.enum(['deploy', 'rollback', 'wait', 'resume', 'continue', 'abort']),
  endpoint: z.string().describe('URL of the ECS endpoint'),
  region: z.string(),
  accountId: z.string(),
  cluster: z.string(),
  service: z.string(),
  serviceArn: z.string(),
  strategy: z.string().describe('ROLLING, BLUE_GREEN, LINEAR or CANARY'),
  desiredCount: count,
  minimumHealthyPercent: z.number().optional(),
  maximumPercent: z.number().optional(),
  from: Revision.optional().describe('What the service runs when the rollout begins'),
  timeScale: z
    .number()
    .optional()
    .describe(
      'How many times as fast time ran there, where it was scaled: times of ECS are not those of a watch',
    ),
});

const Target = z.object({
  kind: z.literal('target'),
  at,
  from: Revision.optional().describe(
    "What it replaces, where it was joined in the middle and the header's is not that",
  ),
  to: Revision,
  deploymentId: z.string().describe('ecs-svc/NUMBER'),
  serviceDeployment: z.string().optional().describe('ARN; absent until ECS lists it'),
});

const Event = z.object({
  kind: z.literal('event'),
  at,
  level: z.enum(['info', 'warning', 'error']),
  source: z
    .enum(['fairlead', 'service', 'rollout', 'task', 'target'])
    .describe(
      'Who noticed: Fairlead itself, an ECS service event, the service deployment, a task, a load balancer target',
    ),
  code: z.string().describe('A stable name for programs, such as task-stopped'),
  message: z.string(),
});

const TaskContainer = z.object({
  name: z.string(),
  image: z.string().optional(),
  exitCode: z.number().int().optional(),
  reason: z.string().optional(),
});

const Task = z.object({
  kind: z.literal('task'),
  at,
  taskArn: z.string(),
  deploymentId: z.string().optional(),
  taskDefinition: z.string(),
  lastStatus: z.string(),
  healthStatus: z.string().optional(),
  createdAt: z.number().optional().describe('Epoch milliseconds, as ECS says'),
  startedAt: z.number().optional(),
  stoppedAt: z.number().optional(),
  stopCode: z.string().optional(),
  stoppedReason: z.string().optional(),
  containers: z.array(TaskContainer),
});

const ApiCall = z.object({
  kind: z.literal('api-call'),
  at,
  service: z.string().describe('IAM prefix: ecs, elasticloadbalancing, logs'),
  operation: z.string(),
  durationMs: z.number().nonnegative(),
  attempt: z.number().int().positive().describe('1 for the first try, more for a retry'),
  error: z.string().optional().describe("AWS's error code; absent when the call succeeded"),
});

const ApiCalls = z.object({
  total: count.describe('Requests sent, retries included'),
  retried: count,
  throttled: count,
  byOperation: z.record(z.string(), count),
});

const Gate = z.object({
  kind: z.literal('gate'),
  at,
  gate: z.string().describe('Hook id of a lifecycle hook, or the name of a step of task sets'),
  stage: z.string().describe('Lifecycle stage at which the rollout waits'),
  weight: z.number().optional().describe('Percent of production traffic on the new revision'),
  state: z.enum(['opened', 'continued', 'rolled-back', 'left-open']),
  reason: z.string().optional(),
});

const Measurement = z.object({
  kind: z.literal('measurement'),
  at,
  gate: z.string().optional().describe('The gate that it decides; absent while baking'),
  check: z.string().describe('Name of the check'),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'no-data']),
  text: z.string().describe('One sentence with the numbers'),
  value: z.number().optional(),
  limit: z.number().optional(),
  samples: count.optional(),
  baseline: z.number().optional().describe("The old revision's value over the same window"),
  confidence: z.number().optional().describe('Percent, of a statistical decision'),
});

const HookRun = z.object({
  kind: z.literal('hook'),
  at,
  when: z.enum(['before', 'after']),
  what: z.string().describe('The task or the command that ran'),
  state: z.enum(['started', 'succeeded', 'failed']),
  exitCode: z.number().int().optional(),
  oneWay: z.boolean().optional(),
  taskArn: z.string().optional(),
  reason: z.string().optional(),
});

const VerdictLine = z.object({
  kind: z.literal('verdict'),
  at,
  verdict: z.enum(VERDICTS),
  exitCode: z.number().int(),
  cause: z.array(z.string()).describe('Why, most important first; empty after a success'),
  next: z.array(z.string()).describe('What to do next, one step a line'),
  changed: z.array(z.string()).optional().describe('What else was changed; absent: nothing'),
  startedAt: z.number(),
  endedAt: z.number(),
  apiCalls: ApiCalls,
});

/** One line of a record. */
export const RolloutEntrySchema = z
  .discriminatedUnion('kind', [
    Header,
    Target,
    Event,
    Sample,
    Task,
    ApiCall,
    Gate,
    Measurement,
    HookRun,
    VerdictLine,
  ])
  .describe(
    `One line of a rollout record (JSON Lines, ${RECORD_SCHEMA}). The first line is the header, the last one the verdict. Readers pass over lines of a kind that is not listed here.`,
  );

/** Every kind of entry that this version writes. */
export const ENTRY_KINDS: ReadonlySet<string> = new Set(
  RolloutEntrySchema.options.map((option) => option.shape.kind.value),
);

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type RolloutEntry = DeepReadonly<z.infer<typeof RolloutEntrySchema>>;
export type HeaderEntry = DeepReadonly<z.infer<typeof Header>>;
export type TargetEntry = DeepReadonly<z.infer<typeof Target>>;
export type EventEntry = DeepReadonly<z.infer<typeof Event>>;
export type SampleEntry = DeepReadonly<z.infer<typeof Sample>>;
export type TaskEntry = DeepReadonly<z.infer<typeof Task>>;
export type ApiCallEntry = DeepReadonly<z.infer<typeof ApiCall>>;
export type ApiCallTotals = DeepReadonly<z.infer<typeof ApiCalls>>;
export type GateEntry = DeepReadonly<z.infer<typeof Gate>>;
export type MeasurementEntry = DeepReadonly<z.infer<typeof Measurement>>;
export type HookEntry = DeepReadonly<z.infer<typeof HookRun>>;
export type VerdictEntry = DeepReadonly<z.infer<typeof VerdictLine>>;
export type RevisionReference = DeepReadonly<z.infer<typeof Revision>>;
export type RevisionSample = DeepReadonly<z.infer<typeof RevisionCounts>>;

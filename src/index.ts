/**
 * Fairlead as a library: the deployer. `deploy`, `resume`, `rollback` and `wait` follow a rollout to its one verdict;
 * `status`, `revisions` and `tasks` look. All of them speak the AWS SDK alone.
 */
export { systemClock, type Clock, type Timer } from './base/clock.ts';
export { UserError } from './base/errors.ts';
export { systemRandom, type Random } from './base/random.ts';
export {
  createAwsClients,
  destroyAwsClients,
  type AwsClientOptions,
  type AwsClients,
} from './deploy/aws/aws-clients.ts';
export type {
  AnalysisCheck,
  Configuration,
  Hook,
  StrategyWish,
} from './deploy/configuration/configuration.ts';
export { readConfiguration } from './deploy/configuration/parse-configuration.ts';
export { deploy, type DeployRequest } from './deploy/commands/deploy.ts';
export { abort, type AbortRequest } from './deploy/commands/abort.ts';
export { continueRollout, type ContinueRequest } from './deploy/commands/continue.ts';
export { resume, type ResumeRequest } from './deploy/commands/resume.ts';
export type { ReportedError } from './deploy/aws/api-failure-text.ts';
export type { RolloutResult } from './deploy/verdict/ending.ts';
export { Interruption } from './deploy/session/interruption.ts';
export { revisions, type RevisionRow } from './deploy/commands/revisions.ts';
export { rollback, type RollbackRequest } from './deploy/commands/rollback.ts';
export { run, type RunRequest, type RunResult } from './deploy/commands/run.ts';
export type { DeployDependencies } from './deploy/session/session.ts';
export { status, type ServiceStatus } from './deploy/commands/status.ts';
export { tasks, type TaskRow } from './deploy/commands/tasks.ts';
export { wait, type WaitRequest } from './deploy/commands/wait.ts';
export type { RolloutEntry } from './record/entries.ts';
export { readRecord, type RolloutRecord } from './record/reader.ts';
export type { RolloutSink } from './record/recorder.ts';
export { exitCodeOf, VERDICTS, type Verdict } from './record/verdict.ts';
export { openRecordWriter, type RecordWriter } from './record/writer.ts';

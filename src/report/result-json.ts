/** The result of a command as one JSON object, for `--output json`. */
import { isoTime } from '../base/clock.ts';
import type { ApiCallTotals, RevisionReference } from '../record/entries.ts';
import type { Verdict } from '../record/verdict.ts';
import { ofDesired, type RolloutModel } from './rollout-model.ts';

/** What a command answers. */
export interface ResultView {
  readonly command: string;
  readonly cluster: string;
  readonly service: string;
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly cause: readonly string[];
  readonly next: readonly string[];
  readonly changed: readonly string[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string | undefined;
  };
  readonly serviceDeployment: string | undefined;
  readonly from: RevisionReference | undefined;
  readonly to: RevisionReference | undefined;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly apiCalls: ApiCallTotals;
}

/** The object to print; every member is always there, null where it is not known. Times are ISO 8601. */
export function resultJson(
  result: ResultView,
  { lowestHealthy, conclusions }: Pick<RolloutModel, 'lowestHealthy' | 'conclusions'>,
  record: string | undefined,
): object {
  return {
    command: result.command,
    cluster: result.cluster,
    service: result.service,
    verdict: result.verdict,
    exitCode: result.exitCode,
    cause: result.cause,
    next: result.next,
    changed: result.changed,
    error:
      result.error === undefined
        ? null
        : {
            code: result.error.code,
            message: result.error.message,
            hint: result.error.hint ?? null,
          },
    deploymentArn: result.serviceDeployment ?? null,
    from: versionJson(result.from),
    to: versionJson(result.to),
    startedAt: isoTime(result.startedAt),
    endedAt: isoTime(result.endedAt),
    durationMs: result.endedAt - result.startedAt,
    lowestHealthy: lowestHealthy === undefined ? null : ofDesired(lowestHealthy),
    checks: conclusions.map(({ check, outcome, text, value, limit, samples }) => ({
      check,
      outcome,
      text,
      value: value ?? null,
      limit: limit ?? null,
      samples: samples ?? null,
    })),
    apiCalls: result.apiCalls,
    record: record ?? null,
  };
}

function versionJson(version: RevisionReference | undefined): object | null {
  if (version === undefined) return null;
  const { taskDefinition, serviceRevision, images } = version;
  return {
    taskDefinition,
    serviceRevision: serviceRevision ?? null,
    images: images.map(({ container, image, digest }) => ({
      container,
      image,
      digest: digest ?? null,
    })),
  };
}

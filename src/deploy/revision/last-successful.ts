/** Finds the service revision to go back to: the last one whose rollout succeeded and that is not what the service is already. */
import type { Service, ServiceDeploymentBrief, ServiceRevision } from '@aws-sdk/client-ecs';
import { lastPart } from '../../base/arn.ts';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import { primaryOf } from '../drive/start-deployment.ts';
import type { Session } from '../session/session.ts';
import { revisionArn } from '../watch/from-sdk.ts';
import { revisionChange, type RevisionChange, type RevisionSettings } from './revision-change.ts';

/** A revision of the past, beside what the service is now. */
export interface FormerRevision {
  readonly arn: string;
  readonly revision: ServiceRevision;
  /** What the service is now. */
  readonly present: RevisionSettings;
  /** What brings the service back to it; empty when nothing differs. */
  readonly change: RevisionChange;
}

/** One call describes so many; the present revision is among the first. */
const AT_ONCE = 19;

/**
 * The last revision that succeeded and differs from the present service; undefined when there is none.
 * @param history newest first
 * @throws ApiError
 */
export async function lastSuccessful(
  session: Session,
  service: Service,
  history: readonly ServiceDeploymentBrief[],
): Promise<FormerRevision | undefined> {
  const presentArn = presentRevisionArn(service);
  const arns = new Set(
    history
      .filter((each) => each.status === 'SUCCESSFUL')
      .flatMap((each) => each.targetServiceRevisionArn ?? [])
      .filter((arn) => arn !== presentArn),
  );
  const candidates = [...arns];
  let present: RevisionSettings | undefined;
  let skipped: string | undefined;
  for (let first = 0; first < candidates.length; first += AT_ONCE) {
    const some = candidates.slice(first, first + AT_ONCE);
    const ask = present === undefined && presentArn !== undefined ? [presentArn, ...some] : some;
    const found = await describe(session, ask);
    present ??= presentSettings(service, found.get(presentArn ?? ''));
    for (const arn of some) {
      const revision = found.get(arn);
      if (revision === undefined) continue;
      const change = revisionChange(present, revision);
      if (Object.keys(change).length > 0) {
        if (skipped !== undefined) sayPassedOver(session, skipped);
        return { arn, revision, present, change };
      }
      if (otherDigests(found.get(presentArn ?? ''), revision)) skipped ??= arn;
    }
  }
  if (skipped !== undefined) sayPassedOver(session, skipped);
  return undefined;
}

/**
 * A revision that was named, beside the present service; undefined when ECS does not know it any more.
 * @throws ApiError
 */
export async function namedRevision(
  session: Session,
  service: Service,
  arn: string,
): Promise<FormerRevision | undefined> {
  const presentArn = presentRevisionArn(service);
  const found = await describe(session, presentArn === undefined ? [arn] : [presentArn, arn]);
  const revision = found.get(arn);
  if (revision === undefined) return undefined;
  const present = presentSettings(service, found.get(presentArn ?? ''));
  return { arn, revision, present, change: revisionChange(present, revision) };
}

function describe(
  { api, dependencies }: Session,
  arns: readonly string[],
): Promise<ReadonlyMap<string, ServiceRevision>> {
  return describeServiceRevisions(api, dependencies.clients.ecs, arns);
}

function presentRevisionArn(service: Service): string | undefined {
  const id = primaryOf(service)?.id;
  return id === undefined ? undefined : revisionArn(service, id);
}

/**
 * What the service itself says goes first: a capacity provider strategy may have been changed without a deployment. The PRIMARY
 * deployment tells nearly all of the rest where ECS has forgotten the revision.
 */
function presentSettings(
  service: Service,
  revision: ServiceRevision | undefined,
): RevisionSettings {
  const primary = primaryOf(service);
  const { launchType, capacityProviderStrategy, loadBalancers, serviceRegistries } = service;
  const rest: RevisionSettings = revision ?? {
    networkConfiguration: primary?.networkConfiguration ?? service.networkConfiguration,
    platformVersion: primary?.platformVersion ?? service.platformVersion,
    serviceConnectConfiguration: primary?.serviceConnectConfiguration,
    volumeConfigurations: primary?.volumeConfigurations,
    vpcLatticeConfigurations: primary?.vpcLatticeConfigurations,
  };
  return {
    ...rest,
    taskDefinition: primary?.taskDefinition ?? service.taskDefinition,
    launchType,
    capacityProviderStrategy,
    loadBalancers,
    serviceRegistries,
  };
}

/** The same configuration brought other images: a tag had moved between the two. */
function otherDigests(present: ServiceRevision | undefined, former: ServiceRevision): boolean {
  return (former.containerImages ?? []).some(({ containerName, imageDigest }) => {
    const now = present?.containerImages?.find((each) => each.containerName === containerName);
    return (
      imageDigest !== undefined && now?.imageDigest !== undefined && now.imageDigest !== imageDigest
    );
  });
}

function sayPassedOver(session: Session, arn: string): void {
  session.say(
    'warning',
    'passed-over',
    `service revision ${lastPart(arn)} is passed over: it differs from the present one only in what a tag stood for, and ECS cannot be told to go back to that; deploy the image by its digest instead`,
  );
}

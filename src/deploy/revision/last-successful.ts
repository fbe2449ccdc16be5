/** Finds the service revision to go back to among those whose rollouts succeeded. */
import type { Service, ServiceDeploymentBrief, ServiceRevision } from '@aws-sdk/client-ecs';
import { lastPart } from '../../base/arn.ts';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import { primaryOf } from '../observed/primary.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand } from '../verdict/ending.ts';
import { revisionArn } from '../observed/from-sdk.ts';
import { shortDefinition } from '../observed/names.ts';
import { revisionChange, type RevisionChange, type RevisionSettings } from './revision-change.ts';
import { wayBack } from './way-back.ts';

/** A revision of the past, beside what the service is now. */
export interface FormerRevision {
  readonly arn: string;
  readonly revision: RevisionSettings;
  /** What the service is now. */
  readonly present: RevisionSettings;
  /** What brings the service back to it; empty when nothing differs. */
  readonly change: RevisionChange;
}

/** The way back from what the service is now. */
export interface WayBackOnEcs {
  /** Undefined: nothing that succeeded came before it. */
  readonly former: FormerRevision | undefined;
  /** True where the service came to what it is now by going back. */
  readonly returned: boolean;
}

/**
 * The revision to go back to, as `wayBack` has it, of those that ECS still knows.
 * @param history newest first
 * @throws ApiError
 */
export async function lastSuccessful(
  session: Session,
  service: Service,
  history: readonly ServiceDeploymentBrief[],
): Promise<WayBackOnEcs> {
  const presentArn = presentRevisionArn(service);
  const successes = history
    .filter((each) => each.status === 'SUCCESSFUL')
    .flatMap((each) => each.targetServiceRevisionArn ?? []);
  const earlier = [...new Set(successes)].filter((arn) => arn !== presentArn);
  const found = await describe(
    session,
    presentArn === undefined ? earlier : [presentArn, ...earlier],
  );
  const now = found.get(presentArn ?? '');
  const present: Known = { arn: presentArn ?? '', settings: presentSettings(service, now) };
  const known = earlier.flatMap((arn): readonly Known[] => {
    const settings = found.get(arn);
    return settings === undefined ? [] : [{ arn, settings }];
  });
  const succeeded = presentArn === undefined || successes.includes(presentArn);
  const way = wayBack(known.toReversed(), present, succeeded, isSame);
  const newer = way === undefined ? known : known.slice(0, known.indexOf(way.to));
  const moved = newer.find((each) => isSame(present, each) && otherDigests(now, each.settings));
  if (moved !== undefined) sayPassedOver(session, moved.arn);
  if (way === undefined) {
    return { former: undefined, returned: known.some((each) => !isSame(present, each)) };
  }
  const [left] = way.left;
  if (left !== undefined) sayLeft(session, left);
  const { arn, settings: revision } = way.to;
  return {
    former: {
      arn,
      revision,
      present: present.settings,
      change: revisionChange(present.settings, revision),
    },
    returned: left !== undefined,
  };
}

/** A revision that ECS knows. */
interface Known {
  readonly arn: string;
  readonly settings: RevisionSettings & Pick<ServiceRevision, 'containerImages'>;
}

function isSame(one: Known, other: Known): boolean {
  return Object.keys(revisionChange(one.settings, other.settings)).length === 0;
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
function otherDigests(
  present: ServiceRevision | undefined,
  former: Pick<ServiceRevision, 'containerImages'>,
): boolean {
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

function sayLeft(session: Session, { arn, settings }: Known): void {
  session.say(
    'warning',
    'passed-over',
    `passing over ${shortDefinition(settings.taskDefinition ?? arn)}, which the service went back from before; to bring it back: ${rollbackCommand(session.name)} --to ${arn}`,
  );
}

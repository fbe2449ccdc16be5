/** `fairlead deploy`: a new image, or a new definition, onto a service; followed to its one verdict. */
import { UserError } from '../../base/errors.ts';
import { parseImageOption } from '../definition/image-reference.ts';
import { deployExternal } from '../drive/deploy-external.ts';
import { deployNative } from '../drive/deploy-native.ts';
import { deployNew } from '../drive/deploy-new.ts';
import { readGiven } from '../definition/wanted-definition.ts';
import type { DeployRequest, ReadRequest } from '../drive/deploy-request.ts';
import { openPresent, openTarget } from '../drive/open-service.ts';
import { readServiceDefinition } from '../service-definition/read-service-definition.ts';
import { runCommand, type DeployDependencies, type Session } from '../session/session.ts';
import type { Ending, RolloutResult } from '../verdict/ending.ts';

export type { DeployRequest } from '../drive/deploy-request.ts';

/**
 * Deploys. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function deploy(
  request: DeployRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('deploy', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, request: DeployRequest): Promise<Ending> {
  checkRequest(request);
  // Wrong words are told before anything is asked of AWS.
  const read = await readRequest(session, request);
  const target =
    request.serviceDefinition === undefined
      ? await openPresent(session)
      : await openTarget(session);
  switch (target.kind) {
    case 'native':
      return deployNative(session, read, target);
    case 'external':
      return deployExternal(session, read, target);
    case 'absent':
      return deployNew(session, read);
  }
}

async function readRequest(session: Session, request: DeployRequest): Promise<ReadRequest> {
  const { allowMutableTag, places = {}, serviceDefinition: service } = request;
  const images = (request.images ?? []).map(parseImageOption);
  const { listFolder } = session.dependencies;
  const reading = { readFile: (path: string) => session.readFile(path), listFolder };
  const given = await readGiven(request.taskDefinition, reading, places.taskDefinition);
  return {
    request,
    wish: { images, given, allowMutableTag },
    serviceDefinition:
      service === undefined
        ? undefined
        : await readServiceDefinition(service, reading, session.name, places.serviceDefinition),
  };
}

function checkRequest(request: DeployRequest): void {
  const { desiredCount, healthCheckGracePeriodSeconds: grace } = request;
  const asked =
    (request.images?.length ?? 0) > 0 ||
    request.taskDefinition !== undefined ||
    request.serviceDefinition !== undefined ||
    request.forceNewDeployment === true ||
    desiredCount !== undefined ||
    grace !== undefined ||
    request.enableExecuteCommand !== undefined;
  if (!asked) {
    throw new UserError('NOTHING_TO_DEPLOY', 'there is nothing to deploy', {
      hint: 'Give --image [CONTAINER=]REF, --task-definition or --force-new-deployment, or write images in fairlead.yaml.',
      exitCode: 2,
    });
  }
  for (const [option, value] of [
    ['--desired-count', desiredCount],
    ['--health-check-grace-period-seconds', grace],
  ] as const) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    throw new UserError('USAGE', `${option} ${value} is no whole number from 0 up`, {
      hint: `Write ${option} 4.`,
      exitCode: 2,
    });
  }
}

/** Volumes and who mounts them (reference: ECS semantics 3.3). */
import type {
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  Volume,
} from '@aws-sdk/client-ecs';
import { invalidSetting, refusal } from './refusal.ts';

/** Members of a volume that say what it is; at most one may be given. */
const KINDS = [
  'host',
  'dockerVolumeConfiguration',
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
] as const;

/** @throws AwsError ClientException */
export function checkVolumes(definition: RegisterTaskDefinitionRequest): void {
  const volumes = definition.volumes ?? [];
  const containers = definition.containerDefinitions ?? [];
  const names = new Set<string>();
  for (const volume of volumes) {
    const name = checkVolume(volume, definition);
    if (names.has(name))
      throw refusal(`Duplicate volume name '${name}'. Give every volume a name of its own.`);
    names.add(name);
  }
  for (const container of containers) checkMounts(container, names, containers);
  checkConfiguredAtLaunch(volumes, containers);
}

function checkVolume(volume: Volume, definition: RegisterTaskDefinitionRequest): string {
  const { name = '' } = volume;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw refusal(
      `Invalid volume name '${name}'. It must have from 1 to 255 letters, digits, hyphens and underscores.`,
    );
  const kinds = KINDS.filter((kind) => volume[kind] !== undefined);
  if (kinds.length > 1)
    throw refusal(`Volume '${name}' has ${kinds.join(' and ')}. Only one of them may be given.`);
  if (volume.configuredAtLaunch === true && kinds.length > 0)
    throw refusal(
      `Volume '${name}' is configuredAtLaunch and has ${kinds.join()}. A volume that is configured at launch has a name only.`,
    );
  checkEfs(volume);
  if (volume.s3filesVolumeConfiguration !== undefined && definition.taskRoleArn === undefined)
    throw refusal('S3 Files IAM authorization requires a task role.');
  return name;
}

function checkEfs({ efsVolumeConfiguration: efs }: Volume): void {
  if (efs === undefined) return;
  const encrypted = efs.transitEncryption === 'ENABLED';
  const { iam, accessPointId } = efs.authorizationConfig ?? {};
  if (iam === 'ENABLED' && !encrypted)
    throw refusal('EFS IAM authorization requires TransitEncryption to be enabled');
  if (efs.transitEncryptionPort !== undefined && !encrypted)
    throw refusal('TransitEncryptionPort requires that TransitEncryption is enabled');
  if (accessPointId !== undefined && (efs.rootDirectory ?? '/') !== '/')
    throw refusal(
      'When using an EFS access point, the root directory must either be set to "/" or be omitted',
    );
}

function checkMounts(
  container: ContainerDefinition,
  volumes: ReadonlySet<string>,
  containers: readonly ContainerDefinition[],
): void {
  const paths = new Set<string>();
  for (const { sourceVolume = '', containerPath = '' } of container.mountPoints ?? []) {
    if (!volumes.has(sourceVolume)) throw refusal(`Unknown volume '${sourceVolume}'`);
    if (containerPath === '' || paths.has(containerPath))
      throw invalidSetting(
        container,
        'mountPoints.containerPath',
        containerPath,
        'a path where nothing else is mounted',
      );
    paths.add(containerPath);
  }
  for (const { sourceContainer = '' } of container.volumesFrom ?? [])
    if (!containers.some((other) => other !== container && other.name === sourceContainer))
      throw refusal(`Invalid 'volumesFrom' setting. Unknown container: '${sourceContainer}'`);
}

function checkConfiguredAtLaunch(
  volumes: readonly Volume[],
  containers: readonly ContainerDefinition[],
): void {
  const late = volumes.flatMap((volume) =>
    volume.configuredAtLaunch === true ? [volume.name ?? ''] : [],
  );
  if (late.length > 1)
    throw refusal(
      `Volumes [${late.join()}] are configuredAtLaunch. A task definition can have one such volume.`,
    );
  const mounted = new Set(
    containers.flatMap((container) =>
      (container.mountPoints ?? []).map(({ sourceVolume }) => sourceVolume),
    ),
  );
  const unused = late.filter((name) => !mounted.has(name));
  if (unused.length > 0)
    throw refusal(`Volumes [${unused.join()}] are not referenced by any of the containers`);
}

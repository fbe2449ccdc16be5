import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from '../../state/elbv2-entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { targetGroupArn } from '../arns.ts';
import { initialAttributes } from '../attributes.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeTargetGroup } from '../describe.ts';
import { checkRange, invalidConfiguration, required, validationError } from '../errors.ts';
import { changeHealthCheck, DEFAULT_HEALTH_CHECK } from '../health-check.ts';
import { checkTargetGroupName } from '../names.ts';
import { LOCAL_VPC_ID } from '../subnets.ts';
import { checkTags, sameTags } from '../tags.ts';
import { TARGET_GROUP_ATTRIBUTES } from '../target-group-attributes.ts';
import { userOf } from '../target-group-use.ts';

/** Creates a target group for HTTP or HTTPS (whose certificates nobody looks at, as on AWS). The same request again answers with the same group. */
export const createTargetGroup: Elbv2Operation<CreateTargetGroupInput, CreateTargetGroupOutput> = (
  input,
  context,
) => {
  const wanted = wantedGroup(input);
  const existing = existingGroup(context, wanted);
  if (existing !== undefined)
    return {
      TargetGroups: [describeTargetGroup(existing, userOf(context.store, existing.targetGroupArn))],
    };
  const group: TargetGroup = {
    ...wanted,
    targetGroupArn: targetGroupArn(context.call, wanted.targetGroupName, context.ids.hex(16)),
    region: context.call.region,
    attributes: initialAttributes(TARGET_GROUP_ATTRIBUTES),
    createdAt: context.clock.now(),
  };
  context.store.transaction(() => context.store.targetGroups.put(group.targetGroupArn, group));
  return { TargetGroups: [describeTargetGroup(group, undefined)] };
};

type WantedGroup = Omit<TargetGroup, 'targetGroupArn' | 'region' | 'attributes' | 'createdAt'>;

function wantedGroup(input: CreateTargetGroupInput): WantedGroup {
  const name = checkTargetGroupName(required(input.Name, 'Name'));
  return {
    targetGroupName: name,
    targetType: checkTargetType(input.TargetType ?? 'instance'),
    protocol: checkProtocol(input.Protocol),
    protocolVersion: checkVersion(input.ProtocolVersion ?? 'HTTP1'),
    port: checkTrafficPort(input.Port),
    vpcId: input.VpcId ?? LOCAL_VPC_ID,
    ipAddressType: checkIpAddressType(input.IpAddressType ?? 'ipv4'),
    ...changeHealthCheck(DEFAULT_HEALTH_CHECK, input),
    tags: checkTags(input.Tags),
    ...refuseTargetControl(input.TargetControlPort),
  };
}

function checkTargetType(type: string): TargetGroup['targetType'] {
  if (type === 'instance' || type === 'ip') return type;
  throw invalidConfiguration(
    `The local load balancer has no targets of type '${type}'. Create the target group with target type 'ip' or 'instance'`,
  );
}

function checkProtocol(protocol: string | undefined): 'HTTP' | 'HTTPS' {
  if (protocol === undefined) throw validationError('A protocol must be specified');
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol;
  throw invalidConfiguration(
    `The local load balancer forwards by HTTP, not by ${protocol}. Create the target group with protocol 'HTTP' locally`,
  );
}

function checkVersion(version: string): string {
  if (version === 'HTTP1') return version;
  if (version === 'HTTP2' || version === 'GRPC')
    throw invalidConfiguration(
      `The local load balancer speaks HTTP/1.1 to targets, not ${version}. Create the target group with protocol version 'HTTP1' locally`,
    );
  throw validationError(`Protocol version '${version}' must be one of 'HTTP1, HTTP2, GRPC'`);
}

function checkTrafficPort(port: number | undefined): number {
  if (port === undefined) throw validationError('A port must be specified');
  return checkRange(port, 'Target group port', 1, 65_535);
}

function checkIpAddressType(type: string): string {
  if (type === 'ipv4') return type;
  throw invalidConfiguration(
    "The local load balancer reaches its targets by IPv4. Create the target group with IP address type 'ipv4' locally",
  );
}

function refuseTargetControl(port: number | undefined): object {
  if (port === undefined) return {};
  throw invalidConfiguration(
    'TargetControlPort (target optimizer) is not available in the local load balancer. Leave it out locally',
  );
}

/** @throws AwsError DuplicateTargetGroupName when the name belongs to a group with other settings */
function existingGroup(context: Elbv2Context, wanted: WantedGroup): TargetGroup | undefined {
  const name = wanted.targetGroupName;
  const [existing] = context.store.targetGroups.by('name', `${context.call.region}/${name}`);
  if (existing === undefined) return undefined;
  const { tags, ...settings } = wanted;
  const same =
    Object.entries(settings).every(
      ([key, value]) => existing[key as keyof typeof settings] === value,
    ) && sameTags(existing.tags, tags);
  if (same) return existing;
  throw new AwsError(
    'DuplicateTargetGroupName',
    `A target group with the same name '${name}' exists, but with different settings`,
  );
}

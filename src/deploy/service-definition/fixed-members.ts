/** What a service is born with: no UpdateService changes it, or none that belongs into a deploy. */
import type { Service } from '@aws-sdk/client-ecs';
import { looksLikeArn } from '../../base/arn.ts';
import type { Finding } from '../session/findings.ts';
import type { LaunchChange } from './launch-change.ts';
import type { ServiceDefinition } from './service-definition.ts';

/** Each wish that cannot be granted. */
export function fixedMembers(present: Service, definition: ServiceDefinition): readonly Finding[] {
  const { source, settings } = definition;
  const findings: Finding[] = [];
  const scheduling = present.schedulingStrategy ?? 'REPLICA';
  if (settings.schedulingStrategy !== undefined && settings.schedulingStrategy !== scheduling) {
    findings.push(fixed(source, 'schedulingStrategy', settings.schedulingStrategy, scheduling));
  }
  if (settings.role !== undefined && !isSameRole(settings.role, present.roleArn)) {
    findings.push(fixed(source, 'role', settings.role, present.roleArn ?? 'none'));
  }
  const controller = present.deploymentController?.type ?? 'ECS';
  const wanted = settings.deploymentController?.type;
  if (wanted !== undefined && wanted !== controller) {
    findings.push({
      level: 'impossible',
      code: 'SERVICE_DEFINITION_FIXED',
      message: `${source} says deploymentController ${wanted} and the service has ${controller}: a deploy does not change who drives the deployments`,
      hint:
        wanted === 'CODE_DEPLOY'
          ? `ECS changes no service to CODE_DEPLOY: write ${controller}, or create another service.`
          : `Write ${controller}, or change it first: aws ecs update-service --deployment-controller type=${wanted}`,
    });
  }
  return findings;
}

/** The launch type that UpdateService cannot give. */
export function fixedLaunchType(
  { source }: ServiceDefinition,
  { present, wanted }: Extract<LaunchChange, { readonly kind: 'impossible' }>,
): Finding {
  return {
    ...fixed(source, 'launchType', wanted, present),
    hint: `Name a capacity provider, which can be changed, such as "capacityProviderStrategy": [{ "capacityProvider": "${wanted === 'FARGATE' ? 'FARGATE' : 'YOURS'}", "weight": 1 }]; or create another service.`,
  };
}

/** A setting that UpdateService takes only under another deployment controller (the SDK's UpdateServiceCommand). */
export function notUnderController(source: string, member: string, controller: string): Finding {
  return {
    level: 'impossible',
    code: 'SERVICE_DEFINITION_FIXED',
    message: `${source} says another ${member} than the service has, and ECS cannot change it under the deployment controller ${controller}`,
    hint: `Write what the service has, leave ${member} out, or create another service.`,
  };
}

function fixed(source: string, member: string, wanted: string, present: string): Finding {
  return {
    level: 'impossible',
    code: 'SERVICE_DEFINITION_FIXED',
    message: `${source} says ${member} ${wanted} and the service has ${present}: ECS cannot change it`,
    hint: `Write ${present === 'none' ? `no ${member}` : present}, or create another service.`,
  };
}

/** A role may be given by its name with its path, and is shown as an ARN (the SDK's CreateServiceRequest). */
function isSameRole(wanted: string, present: string | undefined): boolean {
  if (present === undefined || looksLikeArn(wanted)) return wanted === present;
  return present.endsWith(`:role/${wanted.replace(/^\//, '')}`);
}

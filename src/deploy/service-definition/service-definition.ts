/** A service as its file describes it: AWS's own members, checked, and nothing that only an answer of AWS has. */
import type { CreateServiceCommandInput, Tag } from '@aws-sdk/client-ecs';
import type { Finding } from '../session/findings.ts';

/** What a service is made with, by the names of CreateService; what is not named is left to ECS, or as it is. */
export type ServiceSettings = Readonly<
  Omit<
    CreateServiceCommandInput,
    'cluster' | 'serviceName' | 'taskDefinition' | 'clientToken' | 'desiredCount' | 'tags'
  >
>;

/** The wanted service. */
export interface ServiceDefinition {
  /** What messages call it: its path, or `service_definition`. */
  readonly source: string;
  readonly settings: ServiceSettings;
  /**
   * `always`: written down by hand, so it is what the service shall have. `creation`: what was running when the service was
   * described, which says nothing about today; autoscaling goes on undisturbed.
   */
  readonly desiredCount:
    { readonly value: number; readonly appliesTo: 'always' | 'creation' } | undefined;
  /** Tags that may be set; those of AWS and of Fairlead are left out. */
  readonly tags: readonly Tag[];
  /** What the file says and nobody follows. */
  readonly notes: readonly Finding[];
}

/** The deployment controller that the file asks for. */
export function controllerOf({ settings }: ServiceDefinition): string {
  return settings.deploymentController?.type ?? 'ECS';
}

/** Under the EXTERNAL controller these belong to the task sets, not to the service (reference: ECS semantics 4.1, 4.4). */
export const TASK_SET_MEMBERS = [
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
] as const satisfies readonly (keyof ServiceSettings)[];

/** What CreateTaskSet takes of a definition. */
export type TaskSetSettings = Pick<ServiceSettings, (typeof TASK_SET_MEMBERS)[number]>;

/** The part of the definition that a task set is made with. */
export function taskSetSettings({ settings }: ServiceDefinition): TaskSetSettings {
  const members = TASK_SET_MEMBERS.flatMap((name) =>
    settings[name] === undefined ? [] : [[name, settings[name]] as const],
  );
  return Object.fromEntries(members);
}

/** A note about the file. */
export function definitionNote(code: string, message: string): Finding {
  return { level: 'note', code, message, hint: undefined };
}

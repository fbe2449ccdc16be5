/** What the service definition of a deploy asks of the service. */
import type { Service } from '@aws-sdk/client-ecs';
import type { WantedSettings } from '../service-definition/change-settings.ts';
import { changeTexts, tagTexts } from '../service-definition/change-texts.ts';
import { readChange } from '../service-definition/read-change.ts';
import { notUnderController } from '../service-definition/fixed-members.ts';
import { isTakenUnder, settingOf, startsDeployment } from '../service-definition/service-change.ts';
import type { ServiceDefinition } from '../service-definition/service-definition.ts';
import { withStrategy } from '../service-definition/with-strategy.ts';
import type { Session } from '../session/session.ts';
import type { StrategyConfiguration } from '../strategy/native-strategy.ts';
import { report } from '../session/findings.ts';
import type { OpenService } from './open-service.ts';
import type { Finding } from '../session/findings.ts';
import type { RolloutSettings } from './roll-out.ts';

/** What the one UpdateService changes beside the task definition. */
export interface WantedChange extends WantedSettings {
  /** True where ECS replaces tasks for it, whatever the task definition. */
  readonly startsDeployment: boolean;
}

/**
 * Compares the service with its definition and with what was asked for beside it; nothing is changed yet.
 * @param strategy what the configuration's strategy block says, which goes before the definition
 * @param asked options such as `--desired-count`, which go before it, too
 * @throws UserError (exit code 2) for what cannot be changed, ApiError
 */
export async function wantedChange(
  session: Session,
  { service }: Pick<OpenService, 'service'>,
  definition: ServiceDefinition | undefined,
  strategy: StrategyConfiguration | undefined,
  asked: RolloutSettings,
): Promise<WantedChange> {
  const askedTexts = changeTexts(presentSettings(service), asked);
  report(session, notTaken(service, askedTexts));
  if (definition === undefined) {
    return {
      update: {
        ...(strategy === undefined ? {} : { deploymentConfiguration: strategy }),
        ...asked,
      },
      startsDeployment: false,
      texts: [...strategyTexts(service, strategy), ...askedTexts],
      tags: [],
      tagTexts: [],
    };
  }
  const wanted = withStrategy(definition, strategy);
  report(session, wanted.notes);
  const change = await readChange(session, service, wanted);
  report(session, change.findings);
  const ofFile = change.texts.filter((line) => !(settingOf(line) in asked));
  return {
    update: { ...change.update, ...asked },
    startsDeployment: startsDeployment(change.update),
    texts: [...ofFile, ...askedTexts],
    tags: change.tags,
    tagTexts: tagTexts(service.tags ?? [], change.tags),
  };
}

/** Of a change only what options ask for. */
export function onlyAsked(change: WantedChange, asked: RolloutSettings): WantedChange {
  const texts = change.texts.filter((line) => settingOf(line) in asked);
  return { ...change, update: asked, texts };
}

/** The strategy stays with the service, whatever becomes of the rollout. */
function strategyTexts(
  { deploymentConfiguration = {} }: Service,
  strategy: StrategyConfiguration | undefined,
): readonly string[] {
  return strategy === undefined
    ? []
    : changeTexts({ deploymentConfiguration }, { deploymentConfiguration: strategy });
}

/** What options ask for and the deployment controller does not let change. */
function notTaken({ deploymentController }: Service, texts: readonly string[]): readonly Finding[] {
  const controller = deploymentController?.type ?? 'ECS';
  return texts
    .map(settingOf)
    .filter((name) => !isTakenUnder(controller, name))
    .map((name) => notUnderController('the command line', name, controller));
}

/** What can be asked for, as it is now: ECS leaves out what nobody set. */
function presentSettings(service: Service): Required<RolloutSettings> {
  const { desiredCount = 0, healthCheckGracePeriodSeconds = 0 } = service;
  const { enableExecuteCommand = false } = service;
  return { desiredCount, healthCheckGracePeriodSeconds, enableExecuteCommand };
}

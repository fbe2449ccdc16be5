/** Settings and tags of a service that change without a rollout. */
import type { Service, Tag, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { tagService } from './create-service.ts';
import { withChanges } from '../session/progress.ts';
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { primaryOf } from '../observed/primary.ts';
import { updateService } from './update-service.ts';

/** What differs, and how it is told. */
export interface WantedSettings {
  readonly update: Partial<UpdateServiceCommandInput>;
  /** A line for each setting that it changes, from and to. */
  readonly texts: readonly string[];
  /** To be set on the service, which starts nothing. */
  readonly tags: readonly Tag[];
  readonly tagTexts: readonly string[];
}

/**
 * Changes what differs, and nothing where nothing does.
 * @throws ApiError
 */
export async function changeSettings(
  session: Session,
  service: Service,
  change: WantedSettings,
): Promise<void> {
  await setTags(session, service, change);
  const { update, texts } = change;
  if (texts.length === 0) return;
  const { name } = session;
  await updateService(
    session,
    { cluster: name.cluster, service: name.service, ...update },
    primaryOf(service)?.id,
  );
  session.advance(withChanges(session.progress, ...texts));
  session.say('info', 'settings', `changed, which starts no deployment: ${texts.join('; ')}`);
}

/** Sets tags of the service, where a service definition asks for them. @throws ApiError */
export async function setTags(
  session: Session,
  service: Service,
  { tags, tagTexts }: Pick<WantedSettings, 'tags' | 'tagTexts'>,
): Promise<void> {
  await tagService(session, service.serviceArn ?? '', tags);
  if (tagTexts.length === 0) return;
  session.advance(withChanges(session.progress, ...tagTexts));
  session.say('info', 'settings', `changed, which starts no deployment: ${tagTexts.join('; ')}`);
}

/** Nothing had to be rolled out. @param change what was changed without a rollout */
export function noRollout({
  texts = [],
  tags = [],
}: Partial<Pick<WantedSettings, 'texts' | 'tags'>> = {}): Ending {
  const names = [
    ...texts.map((text) => text.slice(0, text.indexOf(':'))),
    // A tag's key may have a colon of its own.
    ...tags.map(({ key = '' }) => `tag ${key}`),
  ];
  const cause = names.length === 0 ? [] : [`no rollout was needed to change ${names.join(', ')}`];
  return { verdict: 'no-change', cause, next: [] };
}

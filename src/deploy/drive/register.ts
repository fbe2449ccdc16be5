/** The definition of a deploy: found, and registered where it is new. */
import { textOf, type JsonObject } from '../definition/json.ts';
import { registerDefinition } from '../definition/raw-definition.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import {
  wantedDefinition,
  type DefinitionWish,
  type WantedDefinition,
} from '../definition/wanted-definition.ts';
import type { Session } from '../session/session.ts';
import { shortDefinition } from '../observed/names.ts';
import { hideSecrets } from '../definition/hide-secrets.ts';

/**
 * Finds what shall run; its secrets are hidden from now on.
 * @param live what runs; undefined for the first rollout of a service
 * @throws UserError (exit code 2), ApiError
 */
export async function findWanted(
  session: Session,
  live: RegisteredDefinition | undefined,
  wish: DefinitionWish,
): Promise<WantedDefinition> {
  const wanted = await wantedDefinition(session, live, wish);
  hideSecrets(session, definitionOf(wanted));
  return wanted;
}

/** The definition itself, registered or not. */
export function definitionOf(wanted: WantedDefinition): JsonObject {
  return wanted.kind === 'new' ? wanted.definition : wanted.registered.definition;
}

/**
 * Registers it, unless it is.
 * @throws ApiError
 */
export async function register(
  session: Session,
  wanted: WantedDefinition,
): Promise<RegisteredDefinition> {
  if (wanted.kind === 'registered') return wanted.registered;
  const { ecs } = session.dependencies.clients;
  const { definition, tags } = wanted;
  const family = textOf(definition['family']) ?? 'the task definition';
  const arn = await registerDefinition(session.api, ecs, definition, tags, () => {
    session.advance({ maybeRegistered: family });
  });
  session.advance({ registered: arn });
  session.say('info', 'registered', `registered ${shortDefinition(arn)}`);
  return { arn, status: 'ACTIVE', definition, tags };
}

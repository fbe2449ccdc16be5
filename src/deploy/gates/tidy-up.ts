/** What becomes of the gate when the command that kept it, or took its rollout back, has its verdict. */
import { ApiError } from '../aws/api-failure.ts';
import { findService, listServiceDeployments } from '../aws/service-reader.ts';
import { isInterruption, type Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { foundGate, GATE_UNSEEN, removeGate } from './place-gate.ts';

/** Takes the gate out when its rollout is over; one that still runs needs it. The verdict stands, whatever comes of this. */
export async function tidyUp(session: Session, ending: Ending): Promise<void> {
  try {
    await takeOutEnded(session, ending);
  } catch (error) {
    if (!(error instanceof ApiError) && !isInterruption(error, session)) throw error;
    session.say('warning', 'gate-left', GATE_UNSEEN);
  }
}

async function takeOutEnded(session: Session, { verdict }: Ending): Promise<void> {
  // Whoever took over may have begun with the gate in the configuration; later ones shall not.
  if (verdict === 'superseded') return removeGate(session);
  const { ecs } = session.dependencies.clients;
  const service = await findService(session.api, ecs, session.name, { tags: true });
  const [listed] = await listServiceDeployments(session.api, ecs, session.name, 1);
  // The verdict knows more than a list that may be some seconds behind.
  const ended = verdict === 'succeeded' || verdict === 'rolled-back' || verdict === 'stopped';
  const ours = listed?.serviceDeploymentArn === session.progress.serviceDeployment;
  const newest = ended && ours ? { ...listed, status: 'STOPPED' as const } : listed;
  if (service !== undefined && foundGate(service, newest)?.kind === 'stale') {
    await removeGate(session);
  }
}

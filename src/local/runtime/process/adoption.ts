/** What became of the containers that an earlier control plane started. */
import { readdir } from 'node:fs/promises';
import type { Clock } from '../../../base/clock.ts';
import type { AdoptedContainer } from '../runtime.ts';
import { ContainerFolder, type Started } from './container-folder.ts';
import { endProcesses, leftoversOf } from './leftovers.ts';
import { ProcessContainer } from './process-container.ts';
import type { ProcessTable } from './process-table.ts';

/** How long a keeper that was spawned as its control plane died may take to say who it is. */
const START_MS = 5000;
const LOOK_MS = 10;

/** What adoption needs. */
export interface AdoptionContext {
  /** The folder of all containers. */
  readonly root: string;
  readonly table: ProcessTable;
  readonly clock: Clock;
}

/** A container that runs, or what became of it. */
export type Adopted = ProcessContainer | Exclude<AdoptedContainer, { readonly kind: 'running' }>;

/** What a look at a container's folder found. */
interface Found {
  readonly folder: ContainerFolder;
  readonly started: Started | undefined;
  /** Undefined unless it runs. */
  readonly running: ProcessContainer | undefined;
  /** Its process group; undefined when it has none of this boot. */
  readonly groupId: number | undefined;
}

/**
 * Finds out what became of every recorded container. Of those that do not run, and of those that nobody recorded, every
 * process is ended; so are health checks, as whoever waited for them is gone. Folders that nobody recorded are removed.
 * @param recorded the containers that run as far as the control plane knows
 * @param ended those whose end it has recorded: their folders stay, for their output
 */
export async function adoptContainers(
  recorded: readonly string[],
  ended: readonly string[],
  context: AdoptionContext,
): Promise<ReadonlyMap<string, Adopted>> {
  const found = new Map<string, Found>();
  for (const id of recorded) found.set(id, await lookAt(id, true, context));
  for (const id of await readdir(context.root))
    if (!found.has(id)) found.set(id, await lookAt(id, false, context));
  await endAllBut(found, context);

  const known = new Set(recorded);
  const kept = new Set(ended);
  const answers = new Map<string, Adopted>();
  for (const [id, { folder, started, running }] of found) {
    if (!known.has(id)) {
      if (!kept.has(id)) await folder.remove();
    } else if (running !== undefined) answers.set(id, running);
    else if (started === undefined) answers.set(id, { kind: 'never-started' });
    else answers.set(id, { kind: 'ended', exit: await folder.exit() });
  }
  return answers;
}

async function lookAt(id: string, keep: boolean, context: AdoptionContext): Promise<Found> {
  const { root, table } = context;
  const folder = new ContainerFolder(root, id);
  const record = await folder.record();
  const started = await startedOf(folder, id, context);
  const none = { folder, started, running: undefined, groupId: undefined };
  const bootId = await table.bootId();
  if (started?.bootId !== bootId) return none;
  const dead = { ...none, groupId: started.keeper.pid };
  if (!keep || record === undefined) return dead;
  const container = new ProcessContainer({ folder, record, started, child: undefined, table });
  // With a status written, the keeper is about to end.
  if (!(await container.isAlive()) || (await folder.exitStatus()) !== undefined) return dead;
  // The former control plane may have died between saying that it kills and killing.
  await folder.unmarkKilled();
  return { ...dead, running: container };
}

/** Waits for a start that is under way: the keeper lives but has not written yet. */
async function startedOf(
  folder: ContainerFolder,
  containerId: string,
  { root, table, clock }: AdoptionContext,
): Promise<Started | undefined> {
  const deadline = clock.monotonic() + START_MS;
  for (;;) {
    const started = await folder.started();
    if (started !== undefined || clock.monotonic() > deadline) return started;
    const processes = await table.list(root);
    const underWay = processes.some(
      (listed) => listed.containerId === containerId && !listed.healthCheck,
    );
    // Looked for once more: it may have come and gone between the two looks.
    if (!underWay) return folder.started();
    await clock.sleep(LOOK_MS);
  }
}

async function endAllBut(
  found: ReadonlyMap<string, Found>,
  context: AdoptionContext,
): Promise<void> {
  await endProcesses({
    ...context,
    choose(processes) {
      const chosen = new Set(
        processes.filter(
          ({ containerId, healthCheck }) =>
            containerId !== undefined &&
            (healthCheck || found.get(containerId)?.running === undefined),
        ),
      );
      for (const [id, { running, groupId }] of found) {
        if (running !== undefined || groupId === undefined) continue;
        for (const left of leftoversOf(id, groupId)(processes)) chosen.add(left);
      }
      return [...chosen];
    },
  });
}

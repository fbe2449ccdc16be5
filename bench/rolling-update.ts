/**
 * A rolling update of 10 process tasks behind the balancer against its own critical path: how much of its time is work of the
 * tasks, and how much is the control plane's own waiting. Run alone by `node bench/rolling-update.ts`.
 *
 * The critical path is found backwards, from timestamps of the tasks of the same rollout. The rollout ended because the last
 * old task had stopped; that one began to stop because a new task had become healthy; that one was created because an old task
 * before it had stopped; and so on to the call that began it all. Each link is work: from creation to healthy a new task is
 * started (its program starts, the balancer's next check finds it), from stopping to stopped an old one drains and ends. What
 * lies between two links, and before the first and after the last, is the control plane noticing and deciding. The path is the
 * sum of the links, so that a rollout whose control plane took no time at all would take 1.00 of it.
 */
import { ListServiceDeploymentsCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { systemClock } from '../src/base/clock.ts';
import { createBalancedService, registerVersion, WEB } from '../test/system/balanced-service.ts';
import { openWorld, type World } from '../test/system/world.ts';
import { criticalPath } from './critical-path.ts';
import { median, summary } from './series.ts';
import { TaskWatcher } from './task-watcher.ts';

const TASKS = 10;
const ROUNDS = 5;
const GOAL = 1.15;
const LOOK_MS = 20;

/** 100-200 %: all new tasks at once. 100-150 %: 5 at a time, so that new tasks wait for old ones to end. */
const MAXIMUM_PERCENTS = [200, 150];

/** Runs the bench and prints the medians and their ratio. */
export async function run(): Promise<void> {
  for (const maximumPercent of MAXIMUM_PERCENTS) {
    const world = await openWorld();
    try {
      await createBalancedService(world, 'app:0', {
        desiredCount: TASKS,
        deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent },
      });
      const rounds = [];
      for (let round = 1; round <= ROUNDS; round++) rounds.push(await roll(world, `app:${round}`));
      const took = rounds.map((each) => each.took / 1000);
      const paths = rounds.map((each) => each.path / 1000);
      const against = rounds.map((each) => each.took / each.path);
      console.log(
        `rolling update: ${TASKS} tasks, maximum ${maximumPercent} %, medians of ${ROUNDS}: ${summary(took, 2)} s against a ` +
          `critical path of ${summary(paths, 2)} s in ${median(rounds.map(({ links }) => links))} links: ` +
          `${summary(against, 3)} times, goal at most ${GOAL}`,
      );
    } finally {
      await world.close();
    }
  }
}

/** One rollout: milliseconds that it took, those of its critical path, and the links of that. */
async function roll(
  world: World,
  image: string,
): Promise<{ readonly took: number; readonly path: number; readonly links: number }> {
  const { ecs } = world;
  const taskDefinition = await registerVersion(world, image);
  const watcher = new TaskWatcher(world, WEB, taskDefinition);
  await watcher.look();
  const begin = systemClock.now();
  await ecs.send(new UpdateServiceCommand({ ...WEB, taskDefinition }));
  for (;;) {
    await watcher.look();
    const { serviceDeployments: [rollout] = [] } = await ecs.send(
      new ListServiceDeploymentsCommand(WEB),
    );
    const lives = watcher.lives();
    const old = lives.filter(({ isNew }) => !isNew);
    const finishedAt = rollout?.finishedAt?.getTime();
    if (finishedAt !== undefined && old.every(({ stoppedAt }) => stoppedAt !== undefined)) {
      const end = Math.max(finishedAt, ...old.flatMap(({ stoppedAt }) => stoppedAt ?? []));
      const links = criticalPath(lives, begin, end);
      const path = links.reduce((sum, link) => sum + link.to - link.from, 0);
      return { took: end - begin, path, links: links.length };
    }
    if (rollout !== undefined && !/^(PENDING|IN_PROGRESS|SUCCESSFUL)$/.test(rollout.status ?? ''))
      throw new Error(`the rollout ended ${String(rollout.status)}`);
    await systemClock.sleep(LOOK_MS);
  }
}

if (import.meta.main) await run();

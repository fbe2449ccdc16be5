/** Blue/green deployments of real programs under real traffic, which real smoke tests let pass or send back. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type DeploymentConfiguration,
  type DeploymentLifecycleHook,
  type DeploymentLifecycleHookStage,
} from '@aws-sdk/client-ecs';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lineLog } from '../../src/local/log.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { HookEvent } from '../../src/scheduler/traffic-shift/hook-event.ts';
import {
  registerVersion,
  rolloutEnd,
  startTraffic,
  WEB,
  type Traffic,
} from './balanced-service.ts';
import { createShiftingService, deploy, newest, type ShiftingService } from './shifting-service.ts';
import { versionsOf } from './traffic-split.ts';
import { freePort, isAlive, openWorld, until, type World } from './world.ts';

const PROGRAMS = fileURLToPath(new URL('../fixtures/programs', import.meta.url));
const NOW: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };

const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

function hook(
  name: string,
  stage: DeploymentLifecycleHookStage,
  hookDetails?: Readonly<Record<string, string>>,
): DeploymentLifecycleHook {
  return {
    ...{ hookTargetArn: arnOf(name), roleArn: 'arn:aws:iam::000000000000:role/hooks' },
    lifecycleStages: [stage],
    ...(hookDetails === undefined ? {} : { hookDetails }),
  };
}

/** A folder with a functions file, removed with the test. */
interface FunctionsFolder {
  readonly path: string;
  readonly file: string;
  /** Replaces what the file says. */
  write(functions: object): void;
  remove(): void;
}

function functionsFolder(): FunctionsFolder {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-hooks-'));
  const file = join(path, 'functions.yaml');
  const write = (functions: object): void => writeFileSync(file, JSON.stringify({ functions }));
  write({});
  return { path, file, write, remove: () => rmSync(path, { recursive: true }) };
}

describe('a smoke test before production traffic shifts, under load', () => {
  const folder = functionsFolder();
  const events = join(folder.path, 'events');
  const logged: string[] = [];
  const posted: HookEvent[] = [];
  const approver = createServer((request, response) => {
    void text(request).then((payload) => {
      posted.push(JSON.parse(payload) as HookEvent);
      response.end(
        JSON.stringify(
          posted.length === 1
            ? { hookStatus: 'IN_PROGRESS', callBackDelay: 1, hookDetails: { asked: 1 } }
            : { hookStatus: 'SUCCEEDED' },
        ),
      );
    });
  });
  let world: World;
  let service: ShiftingService;
  let traffic: Traffic;
  beforeAll(async () => {
    world = await openWorld({
      functions: folder.file,
      log: lineLog({
        ...{ level: 'info', format: 'text', clock: systemClock },
        write: (line) => logged.push(line),
      }),
    });
    const port = await freePort();
    await new Promise<void>((resolve) => approver.listen(port, '127.0.0.1', resolve));
    service = await createShiftingService(world, 'app:1.0.0', NOW);
    const program = {
      ...{ command: ['node', 'smoke-test.js'], cwd: PROGRAMS },
      environment: { TARGET: service.testUrl, EVENTS: events },
    };
    folder.write({ smoke: program, approve: { url: `http://127.0.0.1:${port}/approve` } });
    traffic = startTraffic(service.productionUrl);
  });
  afterAll(async () => {
    await traffic.run.stop();
    await world.close();
    await new Promise((resolve) => approver.close(resolve));
    folder.remove();
  });

  it('lets a good version pass, as a program and a web server say', async () => {
    await deploy(world, 'app:2.0.0', {
      ...NOW,
      lifecycleHooks: [
        hook('smoke', 'POST_TEST_TRAFFIC_SHIFT', { version: '2.0.0' }),
        hook('approve', 'PRE_PRODUCTION_TRAFFIC_SHIFT'),
      ],
    });
    expect(await rolloutEnd(world)).toBe('SUCCESSFUL');
    expect(await versionsOf(service.productionUrl, 200)).toEqual({ '2.0.0': 200 });
    const { serviceDeploymentArn, targetServiceRevision, sourceServiceRevisions } =
      await newest(world);
    const told = readFileSync(events, 'utf8').trimEnd().split('\n');
    expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
        resourceArn: serviceDeploymentArn,
        executionDetails: { targetServiceRevisionArn: targetServiceRevision?.arn },
        hookDetails: { version: '2.0.0' },
      },
    ]);
    expect(posted.map(({ hookDetails }) => hookDetails)).toEqual([undefined, { asked: 1 }]);
    expect(posted[1]?.executionId).toBe(posted[0]?.executionId);
    expect(posted[0]?.executionDetails.productionTrafficWeights).toEqual({
      [targetServiceRevision?.arn ?? '']: 0,
      [sourceServiceRevisions?.[0]?.arn ?? '']: 100,
    });
    expect(logged.join('')).toContain('200 from version 2.0.0');
    await traffic.more(50);
    expect(traffic.failures).toEqual([]);
  });

  it.each(['POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'] as const)(
    'sends a bad version back from %s, and no request is lost',
    async (stage) => {
      await deploy(world, 'app:3.0.0', {
        ...NOW,
        lifecycleHooks: [hook('smoke', stage, { version: 'another' })],
      });
      expect(await rolloutEnd(world)).toBe('ROLLBACK_SUCCESSFUL');
      expect(await newest(world)).toMatchObject({
        statusReason: `Service deployment rolled back because ${stage} lifecycle hook(s) failed. Lifecycle hook target ${arnOf('smoke')} returned FAILED status.`,
        sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100, runningTaskCount: 2 }],
        targetServiceRevision: { requestedProductionTrafficWeight: 0, runningTaskCount: 0 },
      });
      expect(await versionsOf(service.productionUrl, 200)).toEqual({ '2.0.0': 200 });
      await traffic.more(50);
      expect(traffic.failures).toEqual([]);
    },
  );

  it('says what to add for a function that nothing stands for', async () => {
    await deploy(world, 'app:4.0.0', {
      ...NOW,
      lifecycleHooks: [hook('unknown', 'PRE_SCALE_UP')],
    });
    expect(await rolloutEnd(world)).toBe('ROLLBACK_SUCCESSFUL');
    expect((await newest(world)).statusReason).toBe(
      'Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. ' +
        `ECS was unable to invoke hook target ${arnOf('unknown')} due to the functions file ${folder.file} does not name it; ` +
        'add functions: { unknown: { command: [program, argument] } }',
    );
  });
});

describe('a function under way', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  it('ends with the local ECS, which asks it again when it is started on its state', async () => {
    const folder = functionsFolder();
    cleanups.push(() => folder.remove());
    folder.write({ smoke: { command: ['sh', '-c', 'echo $$ > pid; exec sleep 300'] } });
    const pidFile = join(folder.path, 'pid');
    const stateFolder = join(folder.path, 'state');
    const options = { functions: folder.file, stateFolder };
    const first = await openWorld(options);
    cleanups.push(() => first.close());
    await first.ecs.send(new CreateClusterCommand({ clusterName: WEB.cluster }));
    await first.ecs.send(
      new CreateServiceCommand({
        ...{ cluster: WEB.cluster, serviceName: WEB.service, desiredCount: 1 },
        taskDefinition: await registerVersion(first, 'app:1.0.0'),
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        deploymentConfiguration: { ...NOW, lifecycleHooks: [hook('smoke', 'PRE_SCALE_UP')] },
      }),
    );
    await until(
      () => existsSync(pidFile),
      (exists) => exists && readFileSync(pidFile, 'utf8').endsWith('\n'),
    );
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    await first.close();
    await until(
      () => isAlive(pid),
      (alive) => !alive,
    );

    folder.write({ smoke: { command: ['echo', '{"hookStatus":"SUCCEEDED"}'] } });
    const second = await openWorld(options);
    cleanups.push(() => second.close());
    expect(await rolloutEnd(second)).toBe('SUCCESSFUL');
  });
});

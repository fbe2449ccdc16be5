/** Traffic shifts that the deployer drives, in virtual time. */
import { describe, expect, it } from 'vitest';
import type { AnalysisCheck } from '../../../src/deploy/configuration/configuration.ts';
import { abort, httpCheck, putTraffic, ratioCheck } from './checks.ts';
import { cut, losingReceipt } from './bad-api.ts';
import type { Layer } from './virtual-clients.ts';
import { foldRecord } from '../../../src/report/rollout-model.ts';
import { STRATEGY, VirtualDeploys } from './virtual-deploy.ts';

const gates = (entries: Awaited<ReturnType<VirtualDeploys['deploy']>>['entries']): string[] =>
  entries.flatMap((entry) =>
    entry.kind === 'gate' ? [`${entry.weight ?? '?'} ${entry.state}`] : [],
  );

const answering =
  (status: number): typeof fetch =>
  () =>
    Promise.resolve(new Response('{"ok":true}', { status }));

/** Somebody else gives each gate the same answer, a moment before. */
const quicker: Layer = async ({ operation }, send) => {
  if (operation === 'ContinueServiceDeployment') await send();
  return send();
};

describe('the answer to a gate', () => {
  const BAD = { analysis: [httpCheck()] };
  const change = { fetch: answering(500) };

  it('that rolls back keeps its reason when its receipt is lost', async () => {
    const deploys = await VirtualDeploys.start();
    const layer = losingReceipt('ContinueServiceDeployment');
    const { result, entries } = await deploys.deploy('app:2.0.0', BAD, { change, layer });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result?.cause[0]).toMatch(/^http: .*500/);
    expect(gates(entries)).toStrictEqual(['0 opened', '0 rolled-back']);
  });

  it('that lets a step through is told although its receipt is lost', async () => {
    const deploys = await VirtualDeploys.start();
    const layer = losingReceipt('ContinueServiceDeployment');
    const { result, entries } = await deploys.deploy('app:2.0.0', {}, { layer });
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(gates(entries)).toStrictEqual([
      ...['0 opened', '0 continued', '20 opened', '20 continued'],
    ]);
  });

  it('is given again and again while ECS cannot be reached for minutes', async () => {
    const deploys = await VirtualDeploys.start();
    const { clock } = deploys.world.scenario.ecs;
    let downSince: number | undefined;
    const layer: Layer = async ({ operation }, send) => {
      if (operation !== 'ContinueServiceDeployment') return send();
      downSince ??= clock.now();
      if (clock.now() - downSince < 240_000) throw cut();
      return send();
    };
    const { result, entries } = await deploys.deploy('app:2.0.0', BAD, { change, layer });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result?.cause[0]).toMatch(/^http: .*500/);
    expect(gates(entries)).toStrictEqual(['0 opened', '0 rolled-back']);
  });

  it('of somebody else who was quicker leaves what was measured in the cause', async () => {
    const deploys = await VirtualDeploys.start();
    const { result, entries } = await deploys.deploy('app:2.0.0', BAD, { change, layer: quicker });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result?.cause[0]).toMatch(/^http: .*500/);
    expect(gates(entries)).toStrictEqual(['0 opened']);
  });
});

describe('a rollout with gates', () => {
  it('says what its strategy changed about the service, whatever becomes of it, and changes nothing for nothing', async () => {
    const deploys = await VirtualDeploys.start();
    const failing = { change: { fetch: answering(500) } };
    const { result } = await deploys.deploy('app:2.0.0', { analysis: [httpCheck()] }, failing);
    expect(result?.verdict).toBe('rolled-back');
    expect(result?.changed).toContain('deploymentConfiguration.strategy: BLUE_GREEN → CANARY');
    const again = await deploys.deploy('app:1.0.0', {
      strategy: { ...STRATEGY, type: 'blue_green', steps: [] },
    });
    expect(again.result).toMatchObject({ verdict: 'no-change', changed: [] });
  });

  it.each([
    ['canary', [20], ['0 opened', '0 continued', '20 opened', '20 continued']],
    ['linear', [50], ['0 opened', '0 continued', '50 opened', '50 continued']],
    ['blue_green', [], ['0 opened', '0 continued']],
  ] as const)(
    '%s passes each gate and leaves nothing of itself behind',
    async (type, steps, seen) => {
      const deploys = await VirtualDeploys.start();
      const { result, entries } = await deploys.deploy('app:2.0.0', {
        strategy: { ...STRATEGY, type, steps },
      });
      expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0, cause: [] });
      expect(gates(entries)).toStrictEqual(seen);
      expect(await deploys.state()).toStrictEqual({
        ...{ definition: 'app:4', tasks: ['app:4'], hooks: 0, tags: [] },
        weights: { blue: 0, green: 100 },
      });
    },
  );

  it('measures test traffic before the first step, and rolls back when it is answered wrongly', async () => {
    const deploys = await VirtualDeploys.start();
    const { result, entries } = await deploys.deploy(
      'app:2.0.0',
      { analysis: [httpCheck()] },
      { change: { fetch: answering(500) } },
    );
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result?.cause[0]).toMatch(/^http: .*500/);
    expect(gates(entries)).toStrictEqual(['0 opened', '0 rolled-back']);
    expect(await deploys.state()).toMatchObject({
      ...{ definition: 'app:1', weights: { blue: 100, green: 0 }, hooks: 0, tags: [] },
    });
  });

  it('keeps the deadline of a check where time runs faster, before ECS itself goes back', async () => {
    const timeScale = 20;
    const deploys = await VirtualDeploys.start({ timeScale });
    const layer: Layer = async (_, send) => {
      const answer = await send();
      return {
        ...answer,
        headers: { ...answer.headers, 'x-fairlead-time-scale': String(timeScale) },
      };
    };
    const { result, entries } = await deploys.deploy(
      'app:2.0.0',
      { analysis: [ratioCheck()] },
      { layer },
    );
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result?.cause[0]).toMatch(/undecided after 10m 00s$/);
    expect(gates(entries)).toStrictEqual([
      ...['0 opened', '0 continued', '20 opened', '20 rolled-back'],
    ]);
    const [opened = 0, turnedBack = 0] = entries.flatMap((entry) =>
      entry.kind === 'gate' && entry.weight === 20 ? [entry.at] : [],
    );
    // ECS itself goes back after 20 minutes, of which each is 3 s.
    expect(turnedBack - opened).toBeGreaterThanOrEqual(600_000 / timeScale);
    expect(turnedBack - opened).toBeLessThan(900_000 / timeScale);
  });

  it('measures production traffic after each step but the last, and rolls back on its numbers', async () => {
    const deploys = await VirtualDeploys.start();
    putTraffic(deploys, {
      green: { requests: 400, errors: 40 },
      blue: { requests: 1600, errors: 1 },
    });
    const { result, entries } = await deploys.deploy('app:2.0.0', {
      analysis: [ratioCheck({ max: 0.01, minSamples: 200 })],
    });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result?.cause[0]).toMatch(/target_5xx_ratio: .*10 %/);
    expect(gates(entries)).toStrictEqual([
      '0 opened',
      '0 continued',
      '20 opened',
      '20 rolled-back',
    ]);
    const measured = entries.findLast((entry) => entry.kind === 'measurement');
    expect(measured).toMatchObject({ check: 'target_5xx_ratio', outcome: 'fail', samples: 400 });
  });

  it('never takes too few samples for a pass: the deadline rolls back', async () => {
    const deploys = await VirtualDeploys.start();
    putTraffic(deploys, { green: { requests: 20, errors: 0 }, blue: { requests: 80, errors: 0 } });
    const { result } = await deploys.deploy('app:2.0.0', {
      analysis: [ratioCheck({ max: 0.01, minSamples: 200, deadlineMs: 120_000 })],
    });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result?.cause[0]).toMatch(/undecided/);
  });

  it('goes on where missing data is allowed to pass', async () => {
    const deploys = await VirtualDeploys.start();
    const check: AnalysisCheck = ratioCheck({
      ...{ max: 0.01, minSamples: 200, deadlineMs: 120_000, onNoData: 'pass' },
    });
    const { result, entries } = await deploys.deploy('app:2.0.0', { analysis: [check] });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    const last = entries.findLast((entry) => entry.kind === 'gate');
    expect(last?.kind === 'gate' ? last.reason : undefined).toMatch(/on_no_data: pass/);
  });

  it('stops a rollout whose last bake measures a failure', async () => {
    const deploys = await VirtualDeploys.start();
    const bad = { green: { requests: 400, errors: 200 }, blue: { requests: 0, errors: 0 } };
    putTraffic(deploys, bad, ({ weight }) => weight === 100);
    const { result } = await deploys.deploy('app:2.0.0', {
      strategy: { ...STRATEGY, finalBakeMs: 600_000 },
      analysis: [ratioCheck({ max: 0.01, minSamples: 200, onNoData: 'pass', deadlineMs: 60_000 })],
    });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(await deploys.state()).toMatchObject({ weights: { blue: 100, green: 0 }, hooks: 0 });
  });

  it('measures blue/green after its one step, before ECS may go on', async () => {
    const deploys = await VirtualDeploys.start();
    putTraffic(deploys, { green: { requests: 400, errors: 0 }, blue: { requests: 0, errors: 0 } });
    const { result, entries } = await deploys.deploy('app:2.0.0', {
      strategy: { ...STRATEGY, type: 'blue_green', steps: [] },
      analysis: [ratioCheck({ max: 0.01, minSamples: 200 })],
    });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(gates(entries)).toStrictEqual([
      ...['0 opened', '0 continued', '100 opened', '100 continued'],
    ]);
    const codes = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.code] : []));
    expect(codes).not.toContain('undecided');
  });

  it('goes on with a rollout that another client began, at the gate where it waits', async () => {
    const deploys = await VirtualDeploys.start();
    const first = await deploys.deploy('app:2.0.0', {}, { death: { at: 12, moment: 'after' } });
    expect(first.client.isDead()).toBe(true);
    const { result, entries } = await deploys.deploy('app:2.0.0');
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(entries.some((entry) => entry.kind === 'event' && entry.code === 're-attached')).toBe(
      true,
    );
    expect(await deploys.state()).toMatchObject({ definition: 'app:4', hooks: 0, tags: [] });
  });

  it('refuses a second deploy while one runs, with who and since when', async () => {
    const deploys = await VirtualDeploys.start();
    await deploys.deploy('app:2.0.0', { wait: false });
    const { result } = await deploys.deploy('app:3.0.0');
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(result?.cause[0]).toMatch(
      /^another rollout \(app:4\) is \w+ since 20\d\d-.*Z, by ann@build-7$/,
    );
    const taken = await deploys.deploy('app:3.0.0', { supersede: true });
    expect(taken.result).toMatchObject({ verdict: 'succeeded' });
    // What ran before, not the version whose place was taken.
    expect(taken.result?.from?.taskDefinition).toMatch(/app:1$/);
    expect(foldRecord(taken.entries).from).toStrictEqual(taken.result?.from);
    expect(await deploys.state()).toMatchObject({ tasks: ['app:5'], hooks: 0, tags: [] });
  });

  it('rolls back when it is cancelled and told to, with the exit code of the signal', async () => {
    const deploys = await VirtualDeploys.start();
    const { controller, change } = abort();
    deploys.world.scenario.ecs.clock.setTimer(90_000, () => controller('SIGTERM'));
    const { result } = await deploys.deploy('app:2.0.0', { onCancel: 'rollback' }, { change });
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
    expect(result?.cause[0]).toBe(
      'interrupted by SIGTERM; rolled back: the service runs app:1 again',
    );
    expect(await deploys.state()).toMatchObject({ definition: 'app:1', hooks: 0, tags: [] });
  });

  it('leaves the rollout to ECS when it is cancelled and told to detach: its gate brings it back', async () => {
    const deploys = await VirtualDeploys.start();
    const { controller, change } = abort();
    deploys.world.scenario.ecs.clock.setTimer(60_000, () => controller('SIGINT'));
    const { result } = await deploys.deploy('app:2.0.0', { onCancel: 'detach' }, { change });
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 130 });
    await deploys.untilRest();
    expect(await deploys.state()).toMatchObject({
      ...{ definition: 'app:1', tasks: ['app:1'], weights: { blue: 100, green: 0 } },
    });
  });
});

/** kill -9 of the control plane at each turn of a shift between task sets: the next one goes on where it was. */
import { UpdateServicePrimaryTaskSetCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WEB } from './balanced-service.ts';
import { startControlPlane, type ControlPlaneProcess } from './killable.ts';
import {
  countVersions,
  createExternalService,
  createTaskSet,
  createWeightedListener,
  deleteTaskSet,
  describeTaskSets,
  shift,
  untilSteady,
  type WeightedListener,
} from './task-set-service.ts';
import { isAlive, makeFolders, until, type Folders } from './world.ts';

describe('a control plane that is killed during a shift between task sets', () => {
  let folders: Folders;
  let controlPlane: ControlPlaneProcess;
  let listener: WeightedListener;
  let blue: string;
  let green: string;
  beforeAll(async () => {
    folders = makeFolders();
    controlPlane = await startControlPlane(folders);
    listener = await createWeightedListener(controlPlane);
    await createExternalService(controlPlane, 2);
    blue = await createTaskSet(controlPlane, 'my-repo/my-app:1.0.0', listener.blue);
    await untilSteady(controlPlane, [blue]);
  });
  afterAll(async () => {
    if (isAlive(controlPlane.pid)) await controlPlane.end('SIGTERM');
    folders.remove();
  });

  const killAndStartAgain = async (): Promise<void> => {
    expect(await controlPlane.end('SIGKILL')).toBeNull();
    controlPlane = await startControlPlane(folders);
  };
  const pids = (tag: string): readonly number[] =>
    folders
      .running()
      .filter((report) => report.tag === tag)
      .map(({ pid }) => pid)
      .toSorted((a, b) => a - b);

  it('has the second set start nevertheless, and leaves the tasks of the first alone', async () => {
    const before = pids('1.0.0');
    green = await createTaskSet(controlPlane, 'my-repo/my-app:2.0.0', listener.green);
    await killAndStartAgain();
    await untilSteady(controlPlane, [blue, green]);
    await folders.settledOn(['1.0.0', '1.0.0', '2.0.0', '2.0.0']);
    expect(pids('1.0.0')).toEqual(before);
  });

  it('keeps the weights that were acknowledged, and which set is primary', async () => {
    const before = [pids('1.0.0'), pids('2.0.0')];
    await shift(controlPlane, listener, [0, 100]);
    await controlPlane.ecs.send(
      new UpdateServicePrimaryTaskSetCommand({ ...WEB, primaryTaskSet: green }),
    );
    await killAndStartAgain();
    await until(
      () => countVersions(listener.url, 100).catch(() => ({})),
      (counts) => '2.0.0' in counts,
    );
    expect(await countVersions(listener.url, 500)).toEqual({ '2.0.0': 500 });
    expect(await untilSteady(controlPlane, [blue, green])).toMatchObject([
      { id: blue, status: 'ACTIVE' },
      { id: green, status: 'PRIMARY' },
    ]);
    expect([pids('1.0.0'), pids('2.0.0')]).toEqual(before);
  });

  it('ends a set whose deletion was acknowledged', async () => {
    const before = pids('2.0.0');
    await deleteTaskSet(controlPlane, blue);
    await killAndStartAgain();
    await untilSteady(controlPlane, [green]);
    await folders.settledOn(['2.0.0', '2.0.0']);
    expect(pids('2.0.0')).toEqual(before);
    expect(await describeTaskSets(controlPlane)).toMatchObject([{ id: green, runningCount: 2 }]);
  });
});

/** The output files of a task's containers, found without a running control plane. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lastPart } from '../../../base/arn.ts';
import { OUTPUT_LOG } from './output-log.ts';

/** The output of one start of a container. */
export interface ContainerOutput {
  readonly taskArn: string;
  /** The container's name. */
  readonly name: string;
  /** The container's folder, absolute. */
  readonly folder: string;
}

/** The outputs of the tasks whose id begins like this, in the order in which their containers were started. */
export function taskOutputs(stateDir: string, taskId: string): readonly ContainerOutput[] {
  const root = join(stateDir, 'containers');
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((id) => {
      const path = join(root, id);
      const record = readRecord(join(path, 'record.json'));
      if (record === undefined || !lastPart(record.taskArn).startsWith(taskId)) return [];
      if (!existsSync(join(path, OUTPUT_LOG))) return [];
      const { taskArn, name } = record;
      return [
        { taskArn, name, folder: path, startedAt: statSync(join(path, 'record.json')).mtimeMs },
      ];
    })
    .sort((a, b) => a.startedAt - b.startedAt);
}

function readRecord(path: string): { readonly taskArn: string; readonly name: string } | undefined {
  // A container that is just being made has no record yet; one that is being removed has none any more.
  if (!existsSync(path)) return undefined;
  const value = JSON.parse(readFileSync(path, 'utf8')) as { taskArn?: unknown; name?: unknown };
  return typeof value.taskArn === 'string' && typeof value.name === 'string'
    ? { taskArn: value.taskArn, name: value.name }
    : undefined;
}

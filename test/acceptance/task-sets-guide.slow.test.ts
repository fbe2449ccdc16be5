/** The guide's page on task sets, run from its first command to its last. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, until } from '../system/world.ts';
import { hasTools, NEEDS, openTerminal, type Terminal } from './terminal.ts';

/** The command as users have it, but for its progress; what the page lets bake for minutes bakes for a second. */
const FAIRLEAD = `fairlead() { '${resolve('node_modules/.bin/node')}' '${resolve('src/cli/bin.ts')}' "$@" 2> /dev/null; }`;
const BAKES = /--(step|final)-bake \d+m/g;

/** The indented lines of a page, which are its commands. */
function commandsOf(page: string): string {
  return readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4))
    .join('\n');
}

describe.skipIf(!hasTools)(`the guide to task sets ${NEEDS}`, () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await openTerminal();
  });
  afterAll(() => terminal.close());

  it('works as it is written', { timeout: 300_000 }, async () => {
    const port = await freePort();
    const commands = commandsOf('docs/guide/task-sets.md')
      .replace('--port 8088', `--port ${port}`)
      .replaceAll('my-repo/my-app:', 'app:')
      .replace(BAKES, '--$1-bake 1s');
    const { exitCode, stderr, stdout } = await terminal.run(`
${FAIRLEAD}
aws ecs create-cluster --cluster-name my-cluster > /dev/null
for TAG in 1.0.0 2.0.0; do
  aws ecs register-task-definition --family web --network-mode awsvpc --requires-compatibilities FARGATE \\
    --cpu 256 --memory 512 \\
    --container-definitions "name=web,image=app:$TAG,portMappings=[{containerPort=8080}]" > /dev/null
done
${commands}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('deploy web in my-cluster: succeeded');
    expect(stdout).toContain('rollback web in my-cluster: succeeded');
    expect(stdout).toContain('updated state to STEADY_STATE.');
    const service = await until(
      async () => {
        const { services = [] } = await terminal.ecs.send(
          new DescribeServicesCommand({ cluster: 'my-cluster', services: ['web'] }),
        );
        return services[0];
      },
      (shown) => shown?.taskSets?.length === 1,
    );
    expect(service?.taskSets).toMatchObject([{ status: 'PRIMARY', runningCount: 2 }]);
    expect(service?.taskDefinition).toMatch(/web:1$/);
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(await answer.json()).toMatchObject({ version: '1.0.0' });
  });
});

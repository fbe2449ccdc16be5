/** The guide's pages on blue/green, canary, linear and pause hooks, run one after the other as they are written. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../system/world.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** The first AWS CLI on the PATH that knows what the pages use: pause hooks came in May 2026. */
const recentCli = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'aws'))
  .find((path) => existsSync(path) && knowsPauseHooks(path));

function knowsPauseHooks(path: string): boolean {
  try {
    execFileSync(path, ['ecs', 'continue-service-deployment', '--generate-cli-skeleton'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** The commands of one part of a page: its indented lines. */
function commandsOf(page: string, heading: string): string {
  const text = readFileSync(`docs/guide/${page}.md`, 'utf8');
  const [, part] = text.split(`\n## ${heading}\n`);
  if (part === undefined) throw new Error(`${page} has no part "${heading}"`);
  const [own = ''] = part.split('\n## ');
  return own
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4))
    .join('\n');
}

const FAIRLEAD = `fairlead() { '${resolve('node_modules/.bin/node')}' '${resolve('src/cli/bin.ts')}' "$@" 2> /dev/null; }`;
/** Stands for the id that a user copies: of the hook that waits. */
const PAUSED = `paused() {
  until ID=$(aws ecs describe-service-deployments --service-deployment-arns $(newest) --output text \\
    --query 'serviceDeployments[0].lifecycleHookDetails[?status==\`AWAITING_ACTION\`].hookId') && [ -n "$ID" ]; do sleep 0.1; done
  echo $ID
}`;
/** What the page stops is still under way then, however slow the machine is. */
const BAKES_LONG = `aws ecs update-service --cluster my-cluster --service shop \\
  --deployment-configuration bakeTimeInMinutes=1440`;
/** The rollout's end, whichever it is; what it was is printed. */
const ENDED = `fairlead wait --cluster my-cluster --service shop > /dev/null || true
aws ecs list-service-deployments --cluster my-cluster --service shop \\
  --query 'serviceDeployments[0].status' --output text | sed 's/^/ENDED /'`;

describe.skipIf(recentCli === undefined)(
  'the guide to traffic shifts (needs an AWS CLI of May 2026 or newer)',
  () => {
    let terminal: Terminal;
    beforeAll(async () => {
      // A minute of bake is a second.
      terminal = await openTerminal({ timeScale: 60 });
    });
    afterAll(() => terminal.close());

    it('works as it is written', { timeout: 600_000 }, async () => {
      const ports = [await freePort(), await freePort(), await freePort()];
      const script = [
        `aws() { '${recentCli ?? ''}' "$@"; }`,
        'curl() { command curl --silent "$@"; }',
        FAIRLEAD,
        'aws ecs create-cluster --cluster-name my-cluster',
        readFileSync('docs/guide/load-balancer.md', 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('    '))
          .join('\n'),
        commandsOf('blue-green', 'What it needs'),
        ENDED,
        BAKES_LONG,
        commandsOf('blue-green', 'In plain AWS commands'),
        ENDED,
        commandsOf('canary', 'In plain AWS commands'),
        ENDED,
        commandsOf('linear', 'In plain AWS commands'),
        ENDED,
        PAUSED,
        commandsOf('lifecycle-hooks', 'A person: pause hooks').replaceAll(
          'ecs-pause-…',
          '$(paused)',
        ),
        ENDED,
      ]
        .join('\n')
        .replaceAll('my-repo/my-app', 'app')
        .replaceAll(/\b(8088|8090|8091)\b/g, (port) =>
          String(ports[['8088', '8090', '8091'].indexOf(port)]),
        );
      const { exitCode, stderr, stdout } = await terminal.run(script);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(Array.from(stdout.matchAll(/^ENDED (.*)$/gm), ([, status]) => status)).toEqual([
        'SUCCESSFUL',
        'ROLLBACK_SUCCESSFUL',
        'SUCCESSFUL',
        'SUCCESSFUL',
        'ROLLBACK_SUCCESSFUL',
      ]);
      const answer = await fetch(`http://127.0.0.1:${ports[1] ?? 0}/`);
      expect(await answer.json()).toMatchObject({ version: '1.5.0' });
    });
  },
);

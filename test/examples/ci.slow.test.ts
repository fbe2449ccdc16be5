/** The pipelines of examples/ci: the commands that each would run, by the shell that it runs them with, against a local ECS. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeService, settled } from '../acceptance/service.ts';
import { openWorld, type World } from '../system/world.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/ci');
const BIN = join(import.meta.dirname, '../../src/cli/bin.ts');
const NAMES = { cluster: 'production', service: 'my-app' };

let world: World;
beforeAll(async () => {
  world = await openWorld();
  cpSync(EXAMPLES, join(world.folders.root, 'ci'), { recursive: true });
  // What npx would fetch is the package of this repository.
  const bin = join(world.folders.root, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'npx'),
    `#!/bin/sh\n[ "$1" = fairlead ] || exit 99\nshift\nexec '${process.execPath}' '${BIN}' "$@"\n`,
  );
  chmodSync(join(bin, 'npx'), 0o755);
  await world.ecs.send(new CreateClusterCommand({ clusterName: NAMES.cluster }));
  const containerDefinitions = [
    { name: 'my-app', image: 'my-repo/my-app:1.0.0', memory: 64, essential: true },
  ];
  await world.ecs.send(
    new RegisterTaskDefinitionCommand({ family: 'my-app', containerDefinitions }),
  );
  await world.ecs.send(
    new CreateServiceCommand({
      ...{ cluster: NAMES.cluster, serviceName: NAMES.service },
      ...{ taskDefinition: 'my-app', desiredCount: 1 },
    }),
  );
  await settled(world.ecs, NAMES);
});
afterAll(() => world.close());

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a step in the checked-out folder. */
function step(
  script: string,
  variables: Readonly<Record<string, string>>,
  [shell, ...flags]: readonly [string, ...string[]] = ['sh', '-xe'],
): Promise<Outcome> {
  const { root } = world.folders;
  const PATH = `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`;
  const env = { PATH, HOME: root, ...world.local.environment, ...variables };
  return new Promise((resolve) => {
    const options = { cwd: join(root, 'ci'), env };
    execFile(shell, [...flags, '-c', script], options, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

const fileOf = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

/** The image that the service runs. */
async function imageNow(): Promise<string | undefined> {
  const { taskDefinition } = await describeService(world.ecs, NAMES);
  const { taskDefinition: definition } = await world.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition }),
  );
  return definition?.containerDefinitions?.[0]?.image;
}

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly steps: readonly {
          readonly run?: string;
          readonly env?: Readonly<Record<string, string>>;
        }[];
      }
    >
  >;
}

describe('the pipelines', () => {
  it('GitHub Actions deploys the commit, and the same job again changes nothing', async () => {
    const workflow = parse(fileOf('github-actions.yml')) as Workflow;
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const [deploy, ...others] = steps.filter(({ run }) => run !== undefined);
    expect(others).toEqual([]);
    const sha = '9fceb02d0ae598e95dc970b74767f19372d61af8';
    expect(deploy?.env).toEqual({ VERSION: '${{ github.sha }}' });
    const env = { VERSION: sha };
    const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail'] as const;
    const first = await step(deploy?.run ?? '', env, shell);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain('deploy my-app in production: succeeded, exit code 0');
    expect(await imageNow()).toBe(`my-repo/my-app:${sha}`);
    const again = await step(deploy?.run ?? '', env, shell);
    expect(again.stdout).toContain('no-change, exit code 0');
  });

  it('GitLab deploys the commit', async () => {
    const { deploy } = parse(fileOf('gitlab-ci.yml')) as {
      readonly deploy: {
        readonly variables: { readonly VERSION: string };
        readonly script: readonly string[];
      };
    };
    expect(deploy.variables).toEqual({ VERSION: '$CI_COMMIT_SHA' });
    expect(await step(deploy.script.join('\n'), { VERSION: 'abc1234' })).toMatchObject({
      exitCode: 0,
    });
    expect(await imageNow()).toBe('my-repo/my-app:abc1234');
  });

  it('Jenkins deploys the build', async () => {
    const steps = Array.from(fileOf('Jenkinsfile').matchAll(/\bsh '([^']+)'/g), ([, sh]) => sh);
    expect(steps).toHaveLength(1);
    expect(await step(steps[0] ?? '', { BUILD_NUMBER: '42' })).toMatchObject({ exitCode: 0 });
    expect(await imageNow()).toBe('my-repo/my-app:42');
  });

  it('a shell script says in words how it ended, and keeps the exit code', async () => {
    const live = await step('sh deploy.sh', { VERSION: '1.2.3' });
    expect(live).toMatchObject({ exitCode: 0 });
    expect(live.stdout).toMatch(/\n1\.2\.3 is live\n$/);
    const refused = await step('sh deploy.sh', { VERSION: 'latest' });
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stdout).toMatch(
      /\nno rollout was begun: mend the command or the configuration\n$/,
    );
    expect((await step('sh deploy.sh', {})).stderr).toContain('give the version to deploy');
    expect(await imageNow()).toBe('my-repo/my-app:1.2.3');
  });

  it('none deploys without a version', async () => {
    const outcome = await step('npx fairlead deploy', {});
    expect(outcome).toMatchObject({ exitCode: 2 });
    expect(outcome.stderr).toContain('give the version to deploy');
  });
});

/** examples/shop, as its README says it: set up, created, a version that is too slow, and one that does not start. */
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { awsCli } from '../requirements.ts';
import { freePort, openWorld, type World } from '../system/world.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');
const BIN = join(import.meta.dirname, '../../src/cli/bin.ts');

describe.skipIf(awsCli === undefined)('the example shop (needs the AWS CLI)', () => {
  let world: World;
  let shop: string;
  let variables: Readonly<Record<string, string>>;

  beforeAll(async () => {
    world = await openWorld({ images: join(EXAMPLES, 'shop/images.yaml'), timeScale: 60 });
    const { root } = world.folders;
    shop = join(root, 'shop');
    cpSync(join(EXAMPLES, 'shop'), shop, { recursive: true });
    // The example is ESM by the package that it stands in.
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
    const bin = join(root, 'bin');
    mkdirSync(bin);
    const program = (name: string, line: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\nexec ${line} "$@"\n`);
      chmodSync(join(bin, name), 0o755);
    };
    // Old CLIs know no AWS_ENDPOINT_URL.
    program('aws', `'${awsCli ?? ''}' --endpoint-url "$AWS_ENDPOINT_URL"`);
    program('fairlead', `'${process.execPath}' '${BIN}'`);
    variables = {
      ...world.local.environment,
      ...{ PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: root, AWS_PAGER: '' },
      ...{ PORT: String(await freePort()), TEST_PORT: String(await freePort()) },
    };
  });
  afterAll(() => world.close());

  function shell(script: string): Promise<{ readonly exitCode: number; readonly stdout: string }> {
    return new Promise((resolve) => {
      execFile('sh', ['-c', script], { cwd: shop, env: variables }, (error, stdout, stderr) => {
        // What went wrong in a script stands there.
        const exitCode = error === null ? 0 : Number(error.code ?? -1);
        resolve({ exitCode, stdout: `${stdout}\n${stderr}` });
      });
    });
  }

  async function definitionNow(): Promise<string | undefined> {
    const { services } = await world.ecs.send(
      new DescribeServicesCommand({ cluster: 'my-cluster', services: ['shop'] }),
    );
    return services?.[0]?.taskDefinition;
  }

  it(
    'is created, keeps its version when another is too slow or does not start',
    { timeout: 300_000 },
    async () => {
      const exports = await shell('sh set-up.sh');
      expect(exports).toMatchObject({ exitCode: 0 });
      // A terminal opened later gets the same.
      expect(await shell('sh set-up.sh')).toEqual(exports);
      const found = exports.stdout.matchAll(/^export ([A-Z_]+)='(.+)'$/gm);
      for (const [, name = '', value = ''] of found) variables = { ...variables, [name]: value };
      expect(Object.keys(variables)).toContain('TEST_RULE');

      const created = await shell('VERSION=1.0.0 fairlead deploy');
      expect(created).toMatchObject({ exitCode: 0 });
      expect(created.stdout).toContain('created service "shop"');
      const before = await definitionNow();

      const url = `http://127.0.0.1:${variables['PORT'] ?? ''}/`;
      const load = spawn(process.execPath, ['load.js', url], { cwd: shop, stdio: 'ignore' });
      onTestFinished(() => void load.kill('SIGKILL'));
      const slow = await shell('VERSION=2.0.0 fairlead deploy');
      expect(slow).toMatchObject({ exitCode: 3 });
      expect(slow.stdout).toMatch(/target_response_time: fail: over 250 ms 100 %/);

      const dead = await shell('VERSION=3.0.0 fairlead deploy');
      expect(dead).toMatchObject({ exitCode: 3 });
      expect(dead.stdout).toContain('cannot reach the database');
      expect(await definitionNow()).toBe(before);
    },
  );
});

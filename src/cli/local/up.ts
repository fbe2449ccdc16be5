/** `fairlead local up`: the local ECS in the foreground, or as a process of its own. */
import type { UpFlags } from './up-flags.ts';
import { existsSync } from 'node:fs';
import { UserError } from '../../base/errors.ts';
import { startLocalEcs, type LocalEcs } from '../../local/index.ts';
import { lineLog } from '../../local/log.ts';
import { stateFolder } from '../../local/state-folder.ts';
import { printProgress, type CliContext } from '../context.ts';
import { stateOption } from '../options.ts';
import { startDetached } from './detach.ts';

/** Starts, says what to type next, and stops on Ctrl-C. */
export async function up(this: CliContext, flags: UpFlags): Promise<void> {
  if (flags.detach) {
    await startDetached(this, flags);
    return;
  }
  const stop = this.interruption();
  const ecs = await start(this, flags);
  printProgress(this, welcome(ecs, flags));
  await aborted(stop);
  printProgress(this, 'Stopping the local ECS and its tasks (the state is kept) …');
  await ecs.close({ tasks: 'stop' });
  printProgress(this, 'Stopped.');
}

async function start(context: CliContext, flags: UpFlags): Promise<LocalEcs> {
  if (flags.images !== undefined && !existsSync(flags.images)) {
    throw new UserError(
      'IMAGES_FILE_UNREADABLE',
      `The images file ${flags.images} does not exist.`,
      {
        hint: 'Give the path of an existing file with --images.',
        exitCode: 2,
      },
    );
  }
  if (flags.images !== undefined && flags.runtime === 'simulated') {
    throw new UserError(
      'USAGE',
      '--images needs --runtime process: simulated tasks run no program.',
      {
        hint: 'Leave one of the two out.',
        exitCode: 2,
      },
    );
  }
  return startLocalEcs({
    port: flags.port,
    stateFolder: flags.state,
    runtime: flags.runtime,
    ...(flags.images === undefined ? {} : { images: flags.images }),
    ...(flags.functions === undefined ? {} : { functions: flags.functions }),
    timeScale: flags.timeScale,
    auth: flags.auth,
    env: context.env,
    clock: context.clock,
    random: context.random,
    log: lineLog({
      level: 'info',
      format: flags.logFormat,
      clock: context.clock,
      write: (line) => context.process.stderr.write(line),
    }),
  });
}

/** Where it listens and what to do next. */
function welcome(ecs: LocalEcs, flags: UpFlags): string {
  const state = stateOption(flags.state);
  return [
    `The local ECS listens on ${ecs.url} (${flags.runtime} runtime).`,
    `Its state is in ${stateFolder(flags.state).path}`,
    ...(flags.runtime === 'process' && flags.images === undefined
      ? ['Without --images no image stands for a program: tasks will fail to start.']
      : []),
    ...(flags.timeScale === 1
      ? []
      : [
          `Time is scaled by ${flags.timeScale}: bake times, hook timeouts, metric and alarm periods and restart back-off pass`,
          'so many times as fast, and the API shows times to match. Health checks, grace periods, draining and stop timeouts do not.',
        ]),
    ...(flags.auth
      ? []
      : ['Warning: --no-auth lets every program of this machine start processes through it.']),
    '',
    'Next, in another terminal:',
    `    eval "$(fairlead local env${state})"`,
    '    aws ecs list-clusters',
    'An AWS CLI older than 2.13 needs --endpoint-url "$AWS_ENDPOINT_URL" as well.',
    '',
    'Ctrl-C stops it and every task.',
  ].join('\n');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

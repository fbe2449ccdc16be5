/** Runs the steps of `npm run check` side by side; prints what a failed one said. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const steps = ['types', 'lint', 'format', 'floors', 'fast'];

async function run(step: string): Promise<boolean> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--run', step], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exited,
  ]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step} ${seconds} s`);
  if (code !== 0) process.stdout.write(stdout + stderr);
  return code === 0;
}

const results = await Promise.all(steps.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;

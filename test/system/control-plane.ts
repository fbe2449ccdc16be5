/**
 * A local ECS as a process of its own, for tests that kill it. Prints one line of JSON when it answers; SIGTERM stops it.
 * argv: images file, state folder, time scale
 */
import { startLocalEcs } from '../../src/local/index.ts';
import { QUICK } from './world.ts';

const [, , images = '', stateFolder = '', timeScale = '1'] = process.argv;
const local = await startLocalEcs({
  ...{ images, stateFolder, timings: QUICK },
  timeScale: Number(timeScale),
});
process.on('SIGTERM', () => void local.close());
const { url, region, credentials } = local;
console.log(JSON.stringify({ url, region, credentials }));

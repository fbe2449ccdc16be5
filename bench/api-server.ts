/**
 * The local ECS of the API's bench: as `fairlead local up` starts it, state on disk, with simulated tasks so that ten thousand
 * services fit. argv: `sigv4` or `none`, state folder
 */
import { startLocalEcs } from '../src/local/index.ts';
import { QUICK } from '../test/system/world.ts';
import { serveBench } from './bench-process.ts';

const [, , auth = '', stateFolder = ''] = process.argv;
const local = await startLocalEcs({
  auth: auth === 'sigv4',
  stateFolder,
  runtime: 'simulated',
  timings: QUICK,
});
const { port, region, credentials } = local;
serveBench({ port, region, credentials }, () => local.close({ tasks: 'leave' }));

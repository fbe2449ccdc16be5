/** The balancer of its bench, in a process of its own. argv: port to listen on, port of the target */
import { WorkerDataPlane } from '../src/local/balancer/worker-data-plane.ts';
import { benchListener, benchTargetGroup } from './balancer-config.ts';
import { serveBench } from './bench-process.ts';

const [, , port, targetPort] = process.argv;
const plane = new WorkerDataPlane();
plane.putTargetGroup(benchTargetGroup('bench', [Number(targetPort)]));
await plane.putListener(benchListener('bench', Number(port), ['bench']));
serveBench({ port: Number(port) }, () => plane.close());

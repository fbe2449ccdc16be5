/** In a simulation a target answers its load balancer's checks as the container behind it is modelled. */
import type { ModelOf } from './balancer/simulated-data-plane.ts';
import { CHECK_FAILED } from './balancer/target-health.ts';
import { simulationModels, type SimulationModels } from './runtime/simulated/simulation-model.ts';
import type { Task } from './state/entities.ts';
import { targetKey, type Store } from './state/store.ts';

const HEALTHY = { kind: 'passed' } as const;

/** The model of each target, from the image of the container that owns the target's port. */
export function simulatedTargets(store: Store, models: SimulationModels): ModelOf {
  const modelOf = simulationModels(models);
  return (targetGroupArn, id, port) => {
    const [task] = store.tasks.by('target', targetKey({ targetGroupArn, id, port }));
    const image = task === undefined ? undefined : imageOf(task, port);
    if (image === undefined) return { health: HEALTHY };
    const { healthyAfterMs } = modelOf(image);
    if (healthyAfterMs === 'never') return { health: CHECK_FAILED };
    const fromMs = typeof healthyAfterMs === 'number' ? healthyAfterMs : healthyAfterMs[1];
    return {
      health: [
        { fromMs: 0, result: CHECK_FAILED },
        { fromMs, result: HEALTHY },
      ],
    };
  };
}

function imageOf({ containers }: Task, port: number): string | undefined {
  return containers.find(({ ports }) =>
    ports.some(({ containerPort, hostPort }) => containerPort === port || hostPort === port),
  )?.image;
}

/** What the main thread and the balancer's thread say to each other, by structured clone. */
import type {
  DataPlaneEvent,
  ListenerConfig,
  TargetGroupConfig,
  ListenerStatistics,
} from './data-plane.ts';

/** From the main thread. Calls with an `id` are answered with a reply that carries it; the others are not answered. */
export type ToWorker =
  | { readonly kind: 'put-listener'; readonly id: number; readonly listener: ListenerConfig }
  | { readonly kind: 'remove-listener'; readonly id: number; readonly arn: string }
  | { readonly kind: 'statistics'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number }
  | { readonly kind: 'put-target-group'; readonly group: TargetGroupConfig }
  | { readonly kind: 'remove-target-group'; readonly arn: string };

/** Why a call failed. An Error's class does not survive the way between threads. */
export type Failure =
  | { readonly kind: 'port'; readonly systemCode: string; readonly message: string }
  | { readonly kind: 'range'; readonly message: string };

/** From the balancer's thread. */
export type FromWorker =
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly failure?: Failure;
      /** Of a `statistics` call. */
      readonly statistics?: readonly ListenerStatistics[];
    }
  | { readonly kind: 'event'; readonly event: DataPlaneEvent };

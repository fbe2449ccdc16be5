/** The balancer's side of the protocol: each message becomes a call on a data plane. */
import { unreachable } from '../../base/errors.ts';
import { ListenerPortError, type DataPlane } from './data-plane.ts';
import type { Failure, FromWorker, ToWorker } from './worker-protocol.ts';

/** Serves a data plane to the other side of a channel; the function it returns takes the messages that come in. */
export function serveDataPlane(
  plane: DataPlane,
  send: (message: FromWorker) => void,
): (message: ToWorker) => void {
  plane.onEvent((event) => send({ kind: 'event', event }));
  const done = async (id: number, call: Promise<void>): Promise<void> => {
    try {
      await call;
    } catch (error) {
      send({ kind: 'reply', id, failure: failureOf(error) });
      return;
    }
    send({ kind: 'reply', id });
  };
  return (message) => {
    switch (message.kind) {
      case 'put-listener':
        void done(message.id, plane.putListener(message.listener));
        return;
      case 'remove-listener':
        void done(message.id, plane.removeListener(message.arn));
        return;
      case 'statistics':
        void plane
          .statistics()
          .then((statistics) => send({ kind: 'reply', id: message.id, statistics }));
        return;
      case 'close':
        void done(message.id, plane.close());
        return;
      case 'put-target-group':
        plane.putTargetGroup(message.group);
        return;
      case 'remove-target-group':
        plane.removeTargetGroup(message.arn);
        return;
      default:
        unreachable(message);
    }
  };
}

/** An unexpected error is thrown on: as an unhandled rejection it ends the thread, and with it the process. */
function failureOf(error: unknown): Failure {
  if (error instanceof ListenerPortError)
    return { kind: 'port', systemCode: error.systemCode, message: error.message };
  if (error instanceof RangeError) return { kind: 'range', message: error.message };
  throw error;
}

/** Ctrl-C and SIGTERM as an AbortSignal. */
import { Interruption } from '../deploy/session/interruption.ts';

/**
 * From now on the first SIGINT or SIGTERM aborts the signal, with an Interruption, instead of ending the process. A second
 * one ends the process as if nobody listened, so that a command that hangs can always be left.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM'] as const;
  const listeners = names.map((name) => {
    const listener = (): void => {
      names.forEach((each, index) => {
        const other = listeners[index];
        if (other !== undefined) process.off(each, other);
      });
      controller.abort(new Interruption(name));
    };
    process.on(name, listener);
    return listener;
  });
  return controller.signal;
}

/** Ctrl-C and SIGTERM as AbortSignals. */
import { Interruption } from '../deploy/session/interruption.ts';

/**
 * From now on the first SIGINT or SIGTERM aborts the signal, with an Interruption, instead of ending the process. A second
 * one ends the process as if nobody listened, so that a command that hangs can always be left.
 */
export function interruption(): AbortSignal {
  const [signal] = interruptions(1);
  if (signal === undefined) throw new Error('one signal was asked for');
  return signal;
}

/**
 * The next so many signals abort these, one after the other; the one after the last ends the process.
 * @param count at least 1
 */
export function interruptions(count: number): readonly AbortSignal[] {
  const controllers = Array.from({ length: count }, () => new AbortController());
  let heard = 0;
  const names = ['SIGINT', 'SIGTERM'] as const;
  const listeners = names.map((name) => {
    const listener = (): void => {
      const controller = controllers[heard];
      heard += 1;
      if (heard === count) {
        names.forEach((each, index) => {
          const other = listeners[index];
          if (other !== undefined) process.off(each, other);
        });
      }
      controller?.abort(new Interruption(name));
    };
    process.on(name, listener);
    return listener;
  });
  return controllers.map(({ signal }) => signal);
}

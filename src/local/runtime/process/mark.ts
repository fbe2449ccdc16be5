/** The mark that every process of a container carries, and how it is found again. */
import { MARK } from './keeper.ts';

/** The mark of a container's processes, as an environment variable. */
export function containerMark(folder: string): Readonly<Record<string, string>> {
  return { [MARK]: folder };
}

/** The mark of the processes of a container's health check. */
export function healthCheckMark(folder: string): Readonly<Record<string, string>> {
  return { [MARK]: `${folder}/health` };
}

/** The mark as the keeper's command line shows it, for systems that hide other processes' environments. */
export function markArgument(folder: string): string {
  return `${MARK}=${folder}`;
}

/**
 * Finds a mark in what the system shows of a process.
 * @param text its command line and environment
 * @param root the folder of all containers
 */
export function findMark(
  text: string,
  root: string,
): { readonly containerId: string; readonly healthCheck: boolean } | undefined {
  const prefix = `${MARK}=${root}/`;
  const at = text.indexOf(prefix);
  if (at < 0) return undefined;
  const match = /^([A-Za-z0-9-]+)(\/health)?/.exec(text.slice(at + prefix.length));
  if (match?.[1] === undefined) return undefined;
  return { containerId: match[1], healthCheck: match[2] !== undefined };
}

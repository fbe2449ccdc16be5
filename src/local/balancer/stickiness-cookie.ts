/**
 * The cookies that keep a client on its target (AWSALB) or its target group (AWSALBTG). A cookie carries what it stands
 * for and when it ends, so that it ends even for a client that never forgets cookies.
 */
import { toDate } from '../../base/clock.ts';

/** Keeps a client on one target of a group with stickiness; renewed with every answer. */
export const TARGET_COOKIE = 'AWSALB';
/** Keeps a client on one target group of a weighted forward; not renewed: it ends its duration after the choice. */
export const GROUP_COOKIE = 'AWSALBTG';

/** The value of one cookie in a Cookie header; undefined when it has none of that name. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (equals >= 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/**
 * A Set-Cookie header's value that sticks a client to `subject`.
 * @param now epoch milliseconds
 */
export function stickinessCookie(
  name: string,
  subject: string,
  durationSeconds: number,
  now: number,
): string {
  const expires = now + durationSeconds * 1000;
  const value = Buffer.from(`${expires}:${subject}`).toString('base64url');
  return `${name}=${value}; Expires=${toDate(expires).toUTCString()}; Path=/`;
}

/** What a cookie's value sticks its client to; undefined when it is broken or has ended. */
export function stuckTo(value: string | undefined, now: number): string | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d+):(.+)$/s.exec(Buffer.from(value, 'base64url').toString());
  return match !== null && Number(match[1]) > now ? match[2] : undefined;
}

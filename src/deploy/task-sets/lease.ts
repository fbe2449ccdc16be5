/**
 * Who is at work on a rollout, told by a tag of the service. It lets a second client see whether the first one lives, without
 * comparing clocks: a living client changes the tag every few seconds. The last writer has the rollout; the one before stops.
 */
import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import { ApiError } from '../aws/api-failure.ts';
import type { Session } from '../session/session.ts';
import { formatLease, hex, NOBODY, readLease, ROLLOUT_TAG, type Lease } from './marks.ts';
import { describeWithTags } from './observe.ts';
import type { Direction } from './world.ts';

/** A living client changes the tag so often. */
const BEAT_EVERY_MS = 15_000;
/** A tag that has not changed for so long is that of a dead client. */
const DEAD_AFTER_MS = 45_000;
const WATCH_EVERY_MS = 5000;

/** Keeps the tag. */
export class LeaseKeeper {
  readonly #session: Session;
  readonly #serviceArn: string;
  readonly #rollout: string;
  readonly #former: string | undefined;
  readonly #holder: string;
  #beat = 0;
  #beatAt = -Infinity;
  #direction: Direction | undefined;
  #looks: number;
  #able = true;

  /** @param former what the tag said before: its holder is known to be gone */
  constructor(session: Session, serviceArn: string, rollout: string, former: Lease | undefined) {
    this.#session = session;
    this.#serviceArn = serviceArn;
    this.#rollout = rollout;
    this.#former = former?.holder;
    this.#looks = former?.rollout === rollout ? former.looks : 0;
    this.#holder = hex(session.dependencies.random.bytes(4));
  }

  /** Counts a look at the measurements, by every client of this rollout; the next beat tells. */
  countLook(): number {
    this.#looks += 1;
    return this.#looks;
  }

  /**
   * Shows that this client lives, when it is time to or the direction changed. It is tried once: traffic does not wait for a mark,
   * and the next turn tries again. Without the permission to tag the rollout goes on all the same.
   */
  async beat(direction: Direction): Promise<void> {
    const now = this.#session.dependencies.clock.monotonic();
    if (!this.#able) return;
    if (direction === this.#direction && now - this.#beatAt < BEAT_EVERY_MS) return;
    const written = await this.#write({ direction, holder: this.#holder, beat: this.#beat + 1 });
    if (!written) return;
    this.#session.advance({ mark: ROLLOUT_TAG });
    this.#direction = direction;
    this.#beatAt = now;
    this.#beat += 1;
  }

  /** True when another client has taken this rollout over. */
  isTaken(seen: Lease | undefined): boolean {
    return (
      this.#able &&
      seen?.rollout === this.#rollout &&
      seen.holder !== this.#holder &&
      seen.holder !== this.#former &&
      seen.holder !== NOBODY
    );
  }

  /** The rollout is left as it is: the next client need not wait to see whether this one lives. */
  async leave(): Promise<void> {
    const direction = this.#direction;
    if (direction === undefined || !(await this.#isOwn())) return;
    await this.#write({ direction, holder: NOBODY, beat: this.#beat });
  }

  /** The rollout has ended. */
  async finish(): Promise<void> {
    if (this.#direction === undefined || !(await this.#isOwn())) return;
    const { api, dependencies } = this.#session;
    const untagged = await this.#attempt(() =>
      api.change('ecs', 'UntagResource', (options) =>
        dependencies.clients.ecs.send(
          new UntagResourceCommand({ resourceArn: this.#serviceArn, tagKeys: [ROLLOUT_TAG] }),
          options,
        ),
      ),
    );
    if (untagged) this.#session.advance({ mark: undefined });
  }

  /** A tag that another client has written meanwhile stays. */
  async #isOwn(): Promise<boolean> {
    let own = false;
    await this.#attempt(async () => {
      const lease = readLease((await describeWithTags(this.#session))?.tags);
      own = lease?.rollout === this.#rollout && !this.isTaken(lease);
    });
    return own;
  }

  /** @returns whether the tag says so now */
  #write(what: Pick<Lease, 'direction' | 'holder' | 'beat'>): Promise<boolean> {
    const { api, dependencies } = this.#session;
    const value = formatLease({ ...what, rollout: this.#rollout, looks: this.#looks });
    return this.#attempt(() =>
      api.changeOnce('ecs', 'TagResource', (options) =>
        dependencies.clients.ecs.send(
          new TagResourceCommand({
            resourceArn: this.#serviceArn,
            tags: [{ key: ROLLOUT_TAG, value }],
          }),
          options,
        ),
      ),
    );
  }

  async #attempt(change: () => Promise<unknown>): Promise<boolean> {
    if (!this.#able) return false;
    try {
      await change();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.kind !== 'denied' && error.kind !== 'refused') return false;
      this.#able = false;
      this.#session.say(
        'warning',
        'unmarked',
        `${error.permission} failed (${error.code}: ${error.message}): other clients cannot see that this one is at work`,
      );
      return false;
    }
  }
}

/**
 * Watches for a while whether the holder of a lease lives.
 * @returns true as soon as it changes the tag, false when it has not for long enough, or left
 * @throws ApiError; the signal's reason when interrupted
 */
export async function isAtWork(session: Session, lease: Lease): Promise<boolean> {
  if (lease.holder === NOBODY) return false;
  const { clock } = session.dependencies;
  session.say(
    'info',
    'watching',
    'looking whether the client that began the rollout is still at work',
  );
  const startedAt = clock.monotonic();
  while (clock.monotonic() - startedAt < DEAD_AFTER_MS) {
    await clock.sleep(WATCH_EVERY_MS, session.signal());
    const now = readLease((await describeWithTags(session))?.tags);
    if (now?.rollout !== lease.rollout) return false;
    if (now.holder === NOBODY) return false;
    if (now.holder !== lease.holder || now.beat !== lease.beat) return true;
  }
  return false;
}

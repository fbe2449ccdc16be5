/** Image references as Docker writes them: `[registry[:port]/]path[:tag][@digest]`. */
import { createHash } from 'node:crypto';

/** The parts of an image reference. */
export interface ImageReference {
  /** With the registry, if one is named: `localhost:5000/my-repo/my-app`. */
  readonly repository: string;
  /** Undefined when the reference names none; an engine then takes `latest`, unless there is a digest. */
  readonly tag: string | undefined;
  /** `sha256:<64 hex>` */
  readonly digest: string | undefined;
}

/** Splits a reference; undefined when the text is none. */
export function parseImageReference(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  // A colon before the last slash belongs to a registry's port.
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return undefined;
  if (!/^[\w.-]+(:\d+)?(\/[\w.-]+)*$/.test(repository)) return undefined;
  return { repository, tag, digest };
}

/** The tag that the reference means: `latest` when it names nothing, undefined when it names only a digest. */
export function effectiveTag(reference: ImageReference): string | undefined {
  return reference.tag ?? (reference.digest === undefined ? 'latest' : undefined);
}

/**
 * The digest of an image that no registry holds: the one that the reference pins, else a hash that stays the same as long
 * as the reference means the same thing.
 * @param definition what the reference stands for, as JSON data
 * @returns `sha256:<64 hex>`
 */
export function syntheticDigest(image: string, definition: unknown): string {
  const pinned = parseImageReference(image)?.digest;
  if (pinned !== undefined) return pinned;
  const hash = createHash('sha256').update(JSON.stringify([image, definition]));
  return `sha256:${hash.digest('hex')}`;
}

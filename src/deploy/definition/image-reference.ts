/** Container image references, `[registry[:port]/]repository[:tag][@digest]`, as registries understand them. */
import { UserError } from '../../base/errors.ts';

/** The parts of a reference. */
export interface ImageReference {
  /** As written. */
  readonly text: string;
  /** Host with its port; absent for Docker Hub's short form. */
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

/** One `--image` option. */
export interface ImageOption {
  /** Which container gets the image; undefined: the only essential one. */
  readonly container: string | undefined;
  readonly image: ImageReference;
}

const REPOSITORY =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/;
const REGISTRY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d{1,5})?$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/;

/**
 * Reads an image reference.
 * @throws UserError IMAGE_INVALID (exit code 2), saying which part is wrong
 */
export function parseImageReference(text: string): ImageReference {
  const fail = (why: string): never => {
    throw new UserError('IMAGE_INVALID', `"${text}" is no image reference: ${why}`, {
      hint: 'Write it as repository:tag or repository@sha256:digest, such as registry.example/team/web:1.2.0.',
      exitCode: 2,
    });
  };
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  if (digest !== undefined && !DIGEST.test(digest)) {
    fail(`the digest "${digest}" is not sha256: and 64 hexadecimal digits`);
  }

  // A tag's colon stands behind the last slash; a colon before it belongs to the registry's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  const path = colon === -1 ? named : named.slice(0, colon);
  if (tag !== undefined && !TAG.test(tag)) {
    fail(
      tag === ''
        ? 'its tag is empty'
        : `the tag "${tag}" may hold letters, digits, ".", "_" and "-", at most 128, and begins with none of ".-"`,
    );
  }

  const slash = path.indexOf('/');
  const first = slash === -1 ? '' : path.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const registry = hasRegistry ? first : undefined;
  const repository = hasRegistry ? path.slice(slash + 1) : path;
  if (registry !== undefined && !REGISTRY.test(registry)) {
    fail(`"${registry}" is no registry host`);
  }
  if (repository === '') fail('it names no repository');
  if (!REPOSITORY.test(repository)) {
    fail(
      repository === repository.toLowerCase()
        ? `"${repository}" is no repository name`
        : `the repository "${repository}" has capital letters, which no registry takes`,
    );
  }
  return {
    text,
    repository,
    ...(registry === undefined ? {} : { registry }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Reads `[CONTAINER=]REF`.
 * @throws UserError IMAGE_INVALID (exit code 2)
 */
export function parseImageOption(option: string): ImageOption {
  const equals = option.indexOf('=');
  if (equals === -1) return { container: undefined, image: parseImageReference(option) };
  const container = option.slice(0, equals);
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(container)) {
    throw new UserError('IMAGE_INVALID', `"${container}" in "${option}" is no container name`, {
      hint: 'Write CONTAINER=REPOSITORY:TAG, such as web=team/web:1.2.0.',
      exitCode: 2,
    });
  }
  return { container, image: parseImageReference(option.slice(equals + 1)) };
}

/**
 * The images file: which host program an image reference stands for when containers run as processes. It is read again
 * when it has changed; a broken edit fails new pulls and leaves what has been pulled alone.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, systemCode, UserError } from '../../base/errors.ts';
import { effectiveTag, parseImageReference } from './image-reference.ts';
import { parseImages, type ImageEntry } from './images-schema.ts';
import { ContainerError } from './runtime.ts';

/** What an image is on this machine. */
export interface ImageDefinition {
  /** The whole default command line: program and arguments. */
  readonly command: readonly string[];
  /** The folder it runs in, absolute. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `['CMD', ...]` or `['CMD-SHELL', '...']`; replaces the container definition's. */
  readonly healthCheckCommand?: readonly string[];
}

/** Where definitions of images come from. */
export interface ImageSource {
  /**
   * What the reference stands for now.
   * @throws ContainerError CannotPullContainerError, permanent when the image is not known
   */
  find(image: string): ImageDefinition;
}

/** The source of a control plane that was given no images file. */
export const noImages: ImageSource = {
  find(image) {
    throw new ContainerError(
      'CannotPullContainerError',
      `${image} not found: no images file was given; start the local ECS with --images FILE, where FILE says which program runs for ${image}`,
      { permanent: true },
    );
  },
};

/** An images file on disk. */
export class ImagesFile implements ImageSource {
  readonly #file: string;
  readonly #variables: Readonly<Record<string, string | undefined>>;
  #entries: ReadonlyMap<string, ImageEntry>;
  /** Identifies the content that was last looked at. */
  #fingerprint: string;
  /** Why the present content cannot be used; the entries are then those of the last good one. */
  #broken: UserError | undefined;

  /**
   * Reads the file.
   * @param file its path; `cwd` in it is relative to its folder
   * @param variables what `${VAR}` in it may name
   * @throws UserError IMAGES_FILE_UNREADABLE or IMAGES_FILE_INVALID
   */
  constructor(file: string, variables: Readonly<Record<string, string | undefined>>) {
    this.#file = resolve(file);
    this.#variables = variables;
    this.#fingerprint = fingerprint(this.#file);
    this.#entries = read(this.#file, variables);
  }

  /** @throws ContainerError CannotPullContainerError */
  find(image: string): ImageDefinition {
    this.#refresh();
    if (this.#broken !== undefined)
      throw new ContainerError(
        'CannotPullContainerError',
        `${image}: the images file cannot be used: ${this.#broken.message}`,
        { cause: this.#broken },
      );
    const reference = parseImageReference(image);
    if (reference === undefined)
      throw new ContainerError('CannotPullContainerError', `${image}: invalid reference format`, {
        permanent: true,
      });
    const tag = effectiveTag(reference);
    const entry =
      this.#entries.get(`${reference.repository}:${tag ?? ''}`) ??
      this.#entries.get(reference.repository);
    if (entry === undefined)
      throw new ContainerError(
        'CannotPullContainerError',
        `${image} not found: the images file ${this.#file} does not name it; ` +
          `add images: { "${reference.repository}": { command: [program, argument] } } for any tag of it`,
        { permanent: true },
      );
    return {
      command: entry.command,
      cwd: resolve(dirname(this.#file), entry.cwd ?? '.'),
      environment: entry.environment ?? {},
      ...(entry.healthCheck && { healthCheckCommand: entry.healthCheck.command }),
    };
  }

  #refresh(): void {
    try {
      const now = fingerprint(this.#file);
      if (now === this.#fingerprint) return;
      this.#fingerprint = now;
      this.#entries = read(this.#file, this.#variables);
      this.#broken = undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.code === 'IMAGES_FILE_UNREADABLE') this.#fingerprint = 'unreadable';
      this.#broken = error;
    }
  }
}

/** Changes whenever the content may have: an editor's save gives a new time, size or inode. */
function fingerprint(file: string): string {
  try {
    const { mtimeNs, ctimeNs, size, ino } = statSync(file, { bigint: true });
    return [mtimeNs, ctimeNs, size, ino].join('/');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function read(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ImageEntry> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  return parseImages(text, file, variables);
}

function unreadable(file: string, error: unknown): UserError {
  const what =
    systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${messageOf(error)}`;
  return new UserError('IMAGES_FILE_UNREADABLE', `the images file ${file} ${what}`, {
    hint: 'Give the path of a YAML file that maps image references to commands.',
    exitCode: 2,
    cause: error,
  });
}

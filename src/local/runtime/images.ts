/**
 * The images file: which host program an image reference stands for when containers run as processes. It is read again
 * when it has changed; a broken edit fails new pulls and leaves what has been pulled alone.
 */
import { dirname, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { Variables } from '../../base/configuration/checked-yaml.ts';
import { suggestion } from '../../base/configuration/suggestion.ts';
import { WatchedFile } from '../configuration/watched-file.ts';
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
  readonly #file: WatchedFile<ReadonlyMap<string, ImageEntry>>;

  /**
   * Reads the file.
   * @param file its path; `cwd` in it is relative to its folder
   * @param variables what `${VAR}` in it may name
   * @throws UserError IMAGES_FILE_UNREADABLE or IMAGES_FILE_INVALID
   */
  constructor(file: string, variables: Variables) {
    this.#file = new WatchedFile({
      file,
      what: 'images file',
      unreadableCode: 'IMAGES_FILE_UNREADABLE',
      hint: 'Give the path of a YAML file that maps image references to commands.',
      parse: (text, path) => parseImages(text, path, variables),
    });
  }

  /** @throws ContainerError CannotPullContainerError */
  find(image: string): ImageDefinition {
    const entries = this.#entries(image);
    const reference = parseImageReference(image);
    if (reference === undefined)
      throw new ContainerError('CannotPullContainerError', `${image}: invalid reference format`, {
        permanent: true,
      });
    const tag = effectiveTag(reference);
    const entry =
      entries.get(`${reference.repository}:${tag ?? ''}`) ?? entries.get(reference.repository);
    if (entry === undefined) {
      const meant = suggestion(reference.repository, [...entries.keys()]);
      throw new ContainerError(
        'CannotPullContainerError',
        `${image} not found: the images file ${this.#file.path} does not name it; ` +
          (meant === undefined ? '' : `did you mean ${meant}? Else `) +
          `add images: { "${reference.repository}": { command: [program, argument] } } for any tag of it`,
        { permanent: true },
      );
    }
    return {
      command: entry.command,
      cwd: resolve(dirname(this.#file.path), entry.cwd ?? '.'),
      environment: entry.environment ?? {},
      ...(entry.healthCheck && { healthCheckCommand: entry.healthCheck.command }),
    };
  }

  #entries(image: string): ReadonlyMap<string, ImageEntry> {
    try {
      return this.#file.content();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new ContainerError(
        'CannotPullContainerError',
        `${image}: the images file cannot be used: ${error.message}`,
        { cause: error },
      );
    }
  }
}

/** Images that were pulled: what a reference stood for then holds until the next pull, as with a real image. */
import { syntheticDigest } from '../image-reference.ts';
import type { ImageDefinition, ImageSource } from '../images.ts';

/** The images of this host. */
export class PulledImages {
  readonly #source: ImageSource;
  readonly #definitions = new Map<string, ImageDefinition>();

  constructor(source: ImageSource) {
    this.#source = source;
  }

  /**
   * Looks the reference up now.
   * @returns a digest that changes with what the reference stands for
   * @throws ContainerError CannotPullContainerError
   */
  pull(image: string): {
    readonly digest: string;
    readonly healthCheckCommand?: readonly string[];
  } {
    const definition = this.#source.find(image);
    this.#definitions.set(image, definition);
    const { command, cwd, environment, healthCheckCommand } = definition;
    return {
      digest: syntheticDigest(image, { command, cwd, environment }),
      ...(healthCheckCommand && { healthCheckCommand }),
    };
  }

  /**
   * What the last pull found; looked up when an earlier control plane did the pull.
   * @throws ContainerError CannotPullContainerError
   */
  definition(image: string): ImageDefinition {
    return this.#definitions.get(image) ?? this.#source.find(image);
  }
}

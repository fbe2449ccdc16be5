/** `--image [CONTAINER=]REF` over the images of the file. */
import { UserError } from '../../base/errors.ts';
import { parseImageOption } from '../definition/image-reference.ts';

/**
 * The images by container, those of the options over the others. One without a container takes the place of the file's only
 * one; what it means beside several is not guessed.
 * @param problems takes what is wrong, by the name of the option
 */
export function layImages(
  file: ReadonlyMap<string, string>,
  options: readonly string[],
  problems: string[],
): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const option of options) {
    const read = readImage(option, problems);
    if (read === undefined) continue;
    const before = given.get(read.container);
    if (before !== undefined && before !== read.image) {
      const whose = read.container === '' ? 'no container' : `container ${read.container}`;
      problems.push(`--image is given twice for ${whose}: ${before} and ${read.image}`);
    }
    given.set(read.container, read.image);
  }
  const unnamed = given.get('');
  const [only, ...others] = [...file.keys()].filter((name) => name !== '');
  if (unnamed === undefined || only === undefined) return new Map([...file, ...given]);
  if (others.length > 0 || given.size > 1) {
    problems.push(
      `--image ${unnamed} names no container, and the file has images of ${[only, ...others].join(', ')}; write --image CONTAINER=${unnamed}`,
    );
    return file;
  }
  return new Map([[only, unnamed]]);
}

function readImage(
  option: string,
  problems: string[],
): { readonly container: string; readonly image: string } | undefined {
  try {
    const { container, image } = parseImageOption(option);
    return { container: container ?? '', image: image.text };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(`--image is wrong: ${error.message}`);
    return undefined;
  }
}

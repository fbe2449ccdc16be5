/** `Marker`, `NextMarker` and `PageSize` of the Describe operations. */
import { checkRange, validationError } from './errors.ts';

/** The largest page, and the size when none is asked for. */
const LARGEST_PAGE = 400;
const MARKER_PREFIX = 'after:';

/** The members of a request that ask for a page. */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Absent on the last page. */
  readonly NextMarker?: string;
}

/**
 * The page that follows the marker, in the order of the keys. A marker names the last key of the page before, so that a page
 * neither repeats nor skips what was there all along when something is created or deleted between two calls.
 * @param keyOf a unique text; items are sorted by it
 * @throws AwsError ValidationError for a page size that is out of range or a marker that is none
 */
export function paginate<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  request: PageRequest,
): Page<T> {
  const size = checkRange(request.PageSize ?? LARGEST_PAGE, 'Page size', 1, LARGEST_PAGE);
  const after = request.Marker === undefined ? undefined : keyOfMarker(request.Marker);
  const keyed = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = keyed.slice(0, size);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(last !== undefined && keyed.length > size && { NextMarker: markerOfKey(last.key) }),
  };
}

function markerOfKey(key: string): string {
  return Buffer.from(MARKER_PREFIX + key).toString('base64url');
}

function keyOfMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith(MARKER_PREFIX))
    throw validationError(
      `Marker '${marker}' is not valid. Give the NextMarker of the previous answer, or none for the first page`,
    );
  return text.slice(MARKER_PREFIX.length);
}

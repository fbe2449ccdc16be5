/** Where a document comes from that has the shape of AWS's. */
import type { Path } from '../../base/configuration/problems.ts';
import type { JsonObject } from './json.ts';

/** An AWS-shaped document: a path, a registered name (task definitions alone), or written out where it is named. */
export type DocumentSource =
  | { readonly kind: 'named'; readonly text: string }
  | { readonly kind: 'inline'; readonly value: JsonObject };

/** The place of a part of a document: `fairlead.yaml:7:3`; of the empty path, where the document is named. */
export type PlaceOf = (path: Path) => string;

/** The Location of a redirect action, whose parts may take over the request's: `#{host}`, `#{path}`, ... */
import type { RuleAction } from './data-plane.ts';

/** The parts of the request that a redirect can keep. */
export interface RequestLocation {
  /** Without port. */
  readonly host: string;
  readonly port: string;
  /** `http`: listeners are plain HTTP. */
  readonly protocol: string;
  /** With its leading slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** Builds the Location header. The port is always said, as ALB does. */
export function redirectLocation(
  action: Extract<RuleAction, { kind: 'redirect' }>,
  request: RequestLocation,
): string {
  const fill = (template: string): string =>
    template.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => {
      switch (name) {
        case 'protocol':
          return request.protocol;
        case 'host':
          return request.host;
        case 'port':
          return request.port;
        case 'path':
          // `/#{path}` is the default: the placeholder stands for the path without its slash.
          return request.path.replace(/^\//, '');
        default:
          return request.query;
      }
    });
  const query = fill(action.query);
  const path = fill(action.path);
  return (
    `${fill(action.protocol).toLowerCase()}://${fill(action.host)}:${fill(action.port)}` +
    (path.startsWith('/') ? path : `/${path}`) +
    (query === '' ? '' : `?${query}`)
  );
}

/** The target of a request line, in origin form (`/path?query`) or absolute form (`http://host/path`). */

/** A request's target, taken apart. */
export interface RequestTarget {
  /** What goes into the request line to the target. */
  readonly originForm: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Of the absolute form, which overrules the Host header (RFC 9112 3.2.2). */
  readonly authority?: string;
}

/** Takes a request line's target apart; undefined when a balancer has no use for it (`*`, `host:port`). */
export function requestTarget(url: string): RequestTarget | undefined {
  if (url.startsWith('/')) return split(url);
  const match = /^https?:\/\/([^/?#]+)([/?].*)?$/i.exec(url);
  if (match === null) return undefined;
  const [, authority = '', rest = ''] = match;
  return { ...split(rest.startsWith('/') ? rest : `/${rest}`), authority };
}

function split(originForm: string): RequestTarget {
  const mark = originForm.indexOf('?');
  return mark < 0
    ? { originForm, path: originForm, query: '' }
    : { originForm, path: originForm.slice(0, mark), query: originForm.slice(mark + 1) };
}

/** Ways to tell which version gave an answer. */

/** A whole answer as a load sees it. */
export interface LoadAnswer {
  readonly status: number;
  /** Names in lower case; a header that came several times is a list. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The first 64 KiB of the body, as UTF-8. */
  readonly body: string;
}

/** Reads the version from a header. */
export function versionFromHeader(name: string): (answer: LoadAnswer) => string | undefined {
  const lower = name.toLowerCase();
  return ({ headers }) => [headers[lower]].flat()[0];
}

/** Reads the version from a string member of a JSON object in the body; a body that is none says no version. */
export function versionFromJsonBody(member: string): (answer: LoadAnswer) => string | undefined {
  return ({ body }) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      // An error page is no JSON: that answer names no version.
      return undefined;
    }
    if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, member))
      return undefined;
    const value = (parsed as Record<string, unknown>)[member];
    return typeof value === 'string' ? value : undefined;
  };
}

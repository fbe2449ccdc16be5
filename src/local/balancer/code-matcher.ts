/** A health check's matcher: the HTTP codes that count as healthy, `200`, `200,202`, `200-299`. */

/** Compiles a matcher; undefined when the text is none. */
export function codeMatcher(text: string): ((statusCode: number) => boolean) | undefined {
  const ranges: { readonly from: number; readonly to: number }[] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(\d{3})(?:-(\d{3}))?\s*$/.exec(part);
    if (match === null) return undefined;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (from > to) return undefined;
    ranges.push({ from, to });
  }
  return (statusCode) => ranges.some(({ from, to }) => statusCode >= from && statusCode <= to);
}

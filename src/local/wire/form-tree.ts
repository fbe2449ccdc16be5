/** The body of a query-protocol request, `A.member.1.B=x&…`, as a tree of its dotted names. */

/** What one dotted name leads to: a text, further names, or both. */
export interface FormNode {
  text: string | undefined;
  /** By name; a Map, so that no name a client chooses can mean anything but itself. */
  readonly children: Map<string, FormNode>;
}

/** Deeper names than any AWS model has; also what bounds the recursion of everything that walks the tree. */
const DEEPEST = 40;

/** Why a body is no such form. */
export class FormError extends Error {
  override readonly name = 'FormError';
}

/**
 * Reads `application/x-www-form-urlencoded` text.
 * @throws FormError for a name given twice or nested too deep
 */
export function parseForm(body: string): FormNode {
  const root = node();
  for (const [name, value] of new URLSearchParams(body)) {
    const leaf = descend(root, name);
    if (leaf.text !== undefined)
      throw new FormError(`Parameter ${name.slice(0, 200)} is given more than once; give it once.`);
    leaf.text = value;
  }
  return root;
}

function descend(root: FormNode, name: string): FormNode {
  const steps = name.split('.', DEEPEST + 1);
  if (steps.length > DEEPEST)
    throw new FormError(
      `Parameter ${name.slice(0, 100)}… is nested deeper than ${DEEPEST} levels, which no operation takes.`,
    );
  let current = root;
  for (const step of steps) {
    let next = current.children.get(step);
    if (next === undefined) {
      next = node();
      current.children.set(step, next);
    }
    current = next;
  }
  return current;
}

function node(): FormNode {
  return { text: undefined, children: new Map() };
}

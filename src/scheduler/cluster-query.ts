/**
 * The cluster query language of memberOf constraints: `attribute:NAME == VALUE`, `!=`, `in [a, b]`, `exists`, and the same for
 * `task:group` and `ec2InstanceId`; joined by and, or, not and parentheses. Order comparisons (`>`, `<=`) and patterns (`=~`) are not
 * understood: they are refused when the constraint is given, never guessed when a task is placed.
 */

/** A parsed expression. */
export type ClusterQuery =
  | { readonly kind: 'equals'; readonly subject: QuerySubject; readonly value: string }
  | { readonly kind: 'in'; readonly subject: QuerySubject; readonly values: readonly string[] }
  | { readonly kind: 'exists'; readonly subject: QuerySubject }
  | { readonly kind: 'not'; readonly of: ClusterQuery }
  | { readonly kind: 'and' | 'or'; readonly left: ClusterQuery; readonly right: ClusterQuery };

/** What a comparison is about. */
export type QuerySubject =
  | { readonly kind: 'attribute'; readonly name: string }
  /** The groups of the tasks that run on the instance. */
  | { readonly kind: 'task-group' }
  | { readonly kind: 'instance-id' };

/** The expression, or what is wrong with it. */
export type ParsedQuery =
  | { readonly ok: true; readonly query: ClusterQuery }
  | { readonly ok: false; readonly message: string };

/** The values that an instance has for a subject; empty when it has none. */
export type SubjectValues = (subject: QuerySubject) => readonly string[];

/** Parses an expression. */
export function parseClusterQuery(text: string): ParsedQuery {
  try {
    return { ok: true, query: new Parser(tokensOf(text)).parse() };
  } catch (error) {
    if (error instanceof QuerySyntaxError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Whether an instance with these values satisfies the expression. */
export function matchesClusterQuery(query: ClusterQuery, valuesOf: SubjectValues): boolean {
  switch (query.kind) {
    case 'equals':
      return valuesOf(query.subject).includes(query.value);
    case 'in':
      return valuesOf(query.subject).some((value) => query.values.includes(value));
    case 'exists':
      return valuesOf(query.subject).length > 0;
    case 'not':
      return !matchesClusterQuery(query.of, valuesOf);
    case 'and':
      return (
        matchesClusterQuery(query.left, valuesOf) && matchesClusterQuery(query.right, valuesOf)
      );
    case 'or':
      return (
        matchesClusterQuery(query.left, valuesOf) || matchesClusterQuery(query.right, valuesOf)
      );
  }
}

class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';
}

const TOKEN =
  /\s*(?:(==|!=|>=|<=|=~|!~|&&|\|\||[()[\],!<>])|"([^"]*)"|'([^']*)'|([^\s()[\],!=<>&|"']+))/y;

interface Token {
  readonly text: string;
  /** Quoted text is never an operator or a keyword. */
  readonly quoted: boolean;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null)
      throw new QuerySyntaxError(`it cannot be read from '${source.slice(at).trim()}' on`);
    const [, operator, double, single, word] = match;
    const quoted = double ?? single;
    tokens.push({ text: quoted ?? operator ?? word ?? '', quoted: quoted !== undefined });
  }
  return tokens;
}

/** How deep parentheses and `not` may be nested: a request cannot exhaust the stack. */
const DEEPEST = 100;

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): ClusterQuery {
    const query = this.#or();
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw new QuerySyntaxError(`'${rest.text}' is not expected`);
    return query;
  }

  #or(): ClusterQuery {
    let left = this.#and();
    while (this.#skip('or', '||')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): ClusterQuery {
    let left = this.#term();
    while (this.#skip('and', '&&')) left = { kind: 'and', left, right: this.#term() };
    return left;
  }

  #term(): ClusterQuery {
    if (++this.#depth > DEEPEST) throw new QuerySyntaxError('it is nested too deeply');
    const term = this.#nested();
    this.#depth--;
    return term;
  }

  #nested(): ClusterQuery {
    if (this.#skip('not', '!')) return { kind: 'not', of: this.#term() };
    if (this.#skip('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): ClusterQuery {
    const subject = subjectOf(this.#take('a subject such as attribute:NAME').text);
    if (this.#skip('not_exists')) return { kind: 'not', of: { kind: 'exists', subject } };
    if (this.#skip('exists')) return { kind: 'exists', subject };
    if (this.#skip('==', 'equals')) return { kind: 'equals', subject, value: this.#value() };
    if (this.#skip('!=', 'not_equals'))
      return { kind: 'not', of: { kind: 'equals', subject, value: this.#value() } };
    if (this.#skip('in')) return { kind: 'in', subject, values: this.#values() };
    if (this.#skip('not_in'))
      return { kind: 'not', of: { kind: 'in', subject, values: this.#values() } };
    if (this.#skip('!')) return { kind: 'not', of: this.#negated(subject) };
    const operator = this.#take('an operator').text;
    throw new QuerySyntaxError(
      `the operator '${operator}' is not supported here; use ==, !=, in, !in, exists or !exists`,
    );
  }

  /** What follows `SUBJECT !`. */
  #negated(subject: QuerySubject): ClusterQuery {
    if (this.#skip('exists')) return { kind: 'exists', subject };
    if (this.#skip('in')) return { kind: 'in', subject, values: this.#values() };
    throw new QuerySyntaxError(`'in' or 'exists' is expected after '!'`);
  }

  #values(): readonly string[] {
    this.#expect('[');
    const values = [this.#value()];
    while (this.#skip(',')) values.push(this.#value());
    this.#expect(']');
    return values;
  }

  #value(): string {
    const token = this.#take('a value');
    if (!token.quoted && /^[()[\],!<>=&|]/.test(token.text))
      throw new QuerySyntaxError(`a value is expected instead of '${token.text}'`);
    return token.text;
  }

  #take(what: string): Token {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new QuerySyntaxError(`${what} is missing at the end`);
    this.#next++;
    return token;
  }

  #expect(text: string): void {
    const token = this.#take(`'${text}'`);
    if (token.quoted || token.text !== text)
      throw new QuerySyntaxError(`'${text}' is expected instead of '${token.text}'`);
  }

  #skip(...texts: readonly string[]): boolean {
    const token = this.#tokens[this.#next];
    if (token === undefined || token.quoted || !texts.includes(token.text)) return false;
    this.#next++;
    return true;
  }
}

function subjectOf(text: string): QuerySubject {
  if (text === 'task:group') return { kind: 'task-group' };
  if (text === 'ec2InstanceId') return { kind: 'instance-id' };
  const name = /^attribute:([\w./:-]+)$/.exec(text)?.[1];
  if (name !== undefined) return { kind: 'attribute', name };
  throw new QuerySyntaxError(
    `the subject '${text}' is not supported here; use attribute:NAME, task:group or ec2InstanceId`,
  );
}

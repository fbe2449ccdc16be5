/** Reads metric math: `IF(m1 > 10, m2 / FILL(m3, 1), 0)`. */
import { MathError, type Expression, type Operator } from './expression.ts';

/** Deeper expressions than anybody writes; also what bounds the recursion of everything that walks one. */
const DEEPEST = 50;
const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|'([^']*)'|"([^"]*)"|(<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>]))/y;

/** Operators of one rank, from the loosest to the tightest. */
const RANKS: readonly (readonly Operator[])[] = [
  ['OR'],
  ['AND'],
  ['<', '>', '<=', '>=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
];
const ALIASES: Readonly<Record<string, Operator>> = { '&&': 'AND', '||': 'OR' };

type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name' | 'text' | 'sign'; readonly value: string };

/** @throws MathError saying what is wrong and where */
export function parseExpression(text: string): Expression {
  return new Parser(tokensOf(text), text).whole();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new MathError(
        `Error in expression '${text}': '${text.slice(at).trim().charAt(0)}' is not expected`,
      );
    const [, number, name, single, double, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign });
    else tokens.push({ kind: 'text', value: single ?? double ?? '' });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  whole(): Expression {
    const expression = this.#ranked(0);
    if (this.#at < this.#tokens.length) this.#fail();
    return expression;
  }

  #ranked(rank: number): Expression {
    const operators = RANKS[rank];
    if (operators === undefined) return this.#signed();
    let left = this.#ranked(rank + 1);
    for (;;) {
      const operator = this.#operator(operators);
      if (operator === undefined) return left;
      left = { kind: 'operation', operator, left, right: this.#ranked(rank + 1) };
    }
  }

  #signed(): Expression {
    if (!this.#takes('-')) return this.#power();
    return this.#deeper(() => ({ kind: 'negation', operand: this.#signed() }));
  }

  /** Binds tighter than a sign before it, and to the right: -2^2 is -4. */
  #power(): Expression {
    const left = this.#primary();
    if (!this.#takes('^')) return left;
    return this.#deeper(() => ({
      kind: 'operation',
      operator: '^',
      left,
      right: this.#signed(),
    }));
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at];
    switch (token?.kind) {
      case 'number':
        this.#at++;
        return { kind: 'number', value: token.value };
      case 'text':
        this.#at++;
        return { kind: 'text', value: token.value };
      case 'name':
        this.#at++;
        if (!this.#takes('(')) return { kind: 'reference', id: token.value };
        return { kind: 'call', name: token.value, parameters: this.#list(')') };
      case 'sign':
      case undefined:
        break;
    }
    if (this.#takes('[')) return { kind: 'array', elements: this.#list(']') };
    if (!this.#takes('(')) this.#fail();
    const inner = this.#deeper(() => this.#ranked(0));
    if (!this.#takes(')')) this.#fail();
    return inner;
  }

  #list(end: ')' | ']'): readonly Expression[] {
    const elements: Expression[] = [];
    if (this.#takes(end)) return elements;
    do elements.push(this.#deeper(() => this.#ranked(0)));
    while (this.#takes(','));
    if (!this.#takes(end)) this.#fail();
    return elements;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST)
      throw new MathError(
        `Error in expression '${this.#text}': nested deeper than ${DEEPEST} levels`,
      );
    const result = read();
    this.#depth--;
    return result;
  }

  #operator(among: readonly Operator[]): Operator | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' && token?.kind !== 'name') return undefined;
    const written = ALIASES[token.value] ?? token.value;
    const operator = among.find((each) => each === written);
    if (operator !== undefined) this.#at++;
    return operator;
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.value !== sign) return false;
    this.#at++;
    return true;
  }

  #fail(): never {
    const token = this.#tokens[this.#at];
    throw new MathError(
      `Error in expression '${this.#text}': ${token === undefined ? 'it ends too early' : `'${token.value}' is not expected there`}`,
    );
  }
}

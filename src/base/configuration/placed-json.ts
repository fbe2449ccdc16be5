/** The text of a JSON file: its value, and where each member stands in it; or where it stops being JSON, and why. */
import type { Path } from './problems.ts';
import type { Place } from './yaml-values.ts';

/** A text that is JSON, or where it is not. */
export type PlacedJson =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Where the deepest part of the path stands that the text has: a member at its key. */
      readonly placeOf: (path: Path) => Place;
    }
  | {
      readonly ok: false;
      /** True: JSON has it, but it cannot be meant. */
      readonly isJson: boolean;
      readonly place: Place;
      /** One sentence about the place, without a full stop. */
      readonly text: string;
    };

/** Reads a text of JSON (RFC 8259) whose objects have each key once; a byte order mark is passed over. */
export function readPlacedJson(content: string): PlacedJson {
  // Editors do not count it.
  const text = content.replace(/^\uFEFF/, '');
  const scan = new Scan(text);
  const mistake = scan.run();
  if (mistake !== undefined) {
    const { offset, isJson } = mistake;
    return { ok: false, isJson, place: placeAt(text, offset), text: mistake.text };
  }
  const value: unknown = JSON.parse(text);
  return { ok: true, value, placeOf: (path) => placeAt(text, scan.offsetOf(path)) };
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|[\r\n]/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

class Mistake extends Error {
  readonly offset: number;
  readonly text: string;
  readonly isJson: boolean;

  constructor(offset: number, text: string, isJson = false) {
    super(text);
    this.offset = offset;
    this.text = text;
    this.isJson = isJson;
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;

function controlText(character: string): string {
  if (character === '\t') return 'a tab cannot stand in a text; write \\t';
  const code = character.charCodeAt(0).toString(16).padStart(4, '0');
  return `the character U+${code.toUpperCase()} cannot stand in a text; write \\u${code}`;
}

/** One pass over the text. */
class Scan {
  readonly #text: string;
  readonly #offsets = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined for JSON. */
  run(): Mistake | undefined {
    try {
      this.#value([]);
      this.#skip();
      if (this.#at < this.#text.length) this.#fail('nothing may follow the end of the JSON value');
      return undefined;
    } catch (error) {
      if (error instanceof Mistake) return error;
      throw error;
    }
  }

  offsetOf(path: Path): number {
    for (let length = path.length; length >= 0; length--) {
      const offset = this.#offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return 0;
  }

  #value(path: Path): void {
    this.#skip();
    // A member stands at its key, which comes before its value.
    const key = JSON.stringify(path);
    if (!this.#offsets.has(key)) this.#offsets.set(key, this.#at);
    const next = this.#text[this.#at];
    if (next === '{') this.#object(path);
    else if (next === '[') this.#list(path);
    else if (next === '"') this.#string();
    else if (this.#take(NUMBER) === undefined) this.#word();
  }

  #object(path: Path): void {
    this.#at += 1;
    this.#skip();
    if (this.#text[this.#at] === '}') {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#skip();
      const start = this.#at;
      const name = this.#key();
      const inner = [...path, name];
      const key = JSON.stringify(inner);
      // JSON.parse would take the last of them without a word.
      if (this.#offsets.has(key))
        throw new Mistake(start, `${JSON.stringify(name)} stands here twice; leave one out`, true);
      this.#offsets.set(key, start);
      this.#skip();
      if (this.#text[this.#at] !== ':')
        this.#fail(`a colon is missing after ${JSON.stringify(name)}`);
      this.#at += 1;
      this.#value(inner);
      if (this.#isOver('}', 'member')) return;
    }
  }

  #list(path: Path): void {
    this.#at += 1;
    this.#skip();
    if (this.#text[this.#at] === ']') {
      this.#at += 1;
      return;
    }
    for (let index = 0; ; index++) {
      this.#value([...path, index]);
      if (this.#isOver(']', 'item')) return;
    }
  }

  /** After a member or an item: true at the end, false after a comma. */
  #isOver(close: '}' | ']', what: 'member' | 'item'): boolean {
    this.#skip();
    const next = this.#text[this.#at];
    if (next === close) {
      this.#at += 1;
      return true;
    }
    if (next !== ',') this.#fail(`a comma or ${close} is missing before this`);
    const comma = this.#at;
    this.#at += 1;
    this.#skip();
    if (this.#text[this.#at] === close) {
      this.#at = comma;
      this.#fail(`a comma follows the last ${what}; leave it out`);
    }
    return false;
  }

  #key(): string {
    if (this.#text[this.#at] === '"') return String(JSON.parse(this.#string()));
    const word = this.#peek(WORD);
    return this.#fail(
      word === undefined
        ? 'a key in double quotes must stand here'
        : `a key must be in double quotes; write "${word}"`,
    );
  }

  #string(): string {
    const start = this.#at;
    const found = this.#take(STRING);
    if (found !== undefined) return found;
    // How far it is right tells what is wrong with it.
    let end = start + 1;
    while (end < this.#text.length) {
      const character = this.#text[end] ?? '';
      if (character === '\n' || character === '\r') break;
      if (character < ' ') {
        this.#at = end;
        this.#fail(controlText(character));
      }
      if (character === '\\') {
        if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(this.#text.slice(end, end + 6))) {
          this.#at = end;
          this.#fail(
            'a backslash must be followed by one of " \\ / b f n r t or by u and four digits',
          );
        }
        end += 1;
      }
      end += 1;
    }
    return this.#fail('the text that begins here has no closing quote on its line');
  }

  #word(): void {
    const word = this.#peek(WORD);
    if (word === 'true' || word === 'false' || word === 'null') {
      this.#at += word.length;
      return;
    }
    if (word !== undefined) this.#fail(`a text must be in double quotes; write "${word}"`);
    const next = this.#text[this.#at];
    if (next === "'") this.#fail("a text must be in double quotes, not in '");
    if (next === ',' || next === '}' || next === ']')
      this.#fail(`a value is missing before this ${next}`);
    this.#fail('this is no JSON value');
  }

  #skip(): void {
    this.#take(SPACE);
  }

  #take(pattern: RegExp): string | undefined {
    const found = this.#peek(pattern);
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #fail(text: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 2);
    if (rest === '//' || rest === '/*') throw new Mistake(this.#at, 'JSON has no comments');
    if (rest === '') throw new Mistake(this.#at, 'the file ends in the middle of it');
    throw new Mistake(this.#at, text);
  }
}

/** The wildcards of rule conditions: `*` stands for any text, `?` for exactly one character, `\` makes the next one plain. */

const MANY = Symbol('*');
const ONE = Symbol('?');
type Token = string | typeof MANY | typeof ONE;

/**
 * Compiles a pattern. Matching takes at most length(pattern) x length(text) steps, whatever the pattern: a rule written
 * by one user must not stall the requests of all.
 */
export function wildcard(
  pattern: string,
  options: { readonly ignoreCase: boolean },
): (text: string) => boolean {
  const tokens = tokenize(options.ignoreCase ? pattern.toLowerCase() : pattern);
  return (text) => matches(tokens, options.ignoreCase ? text.toLowerCase() : text);
}

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') {
      if (tokens.at(-1) !== MANY) tokens.push(MANY);
    } else if (character === '?') tokens.push(ONE);
    else if (character === '\\' && at + 1 < pattern.length) tokens.push(pattern.charAt(++at));
    else tokens.push(character);
  }
  return tokens;
}

function matches(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  // Where to go on when a guess turns out wrong: behind the last `*`, which then takes one character more.
  let afterMany = -1;
  let takenUpTo = 0;
  while (at < text.length) {
    const wanted = tokens[token];
    if (wanted === MANY) {
      afterMany = ++token;
      takenUpTo = at;
    } else if (wanted === ONE || (wanted !== undefined && wanted === text.charAt(at))) {
      token++;
      at++;
    } else if (afterMany >= 0) {
      token = afterMany;
      at = ++takenUpTo;
    } else return false;
  }
  while (tokens[token] === MANY) token++;
  return token === tokens.length;
}

/**
 * `${VAR}` in a configuration's scalars. Expansion happens after parsing, never in the text, so that a value can add no
 * structure; what cannot be expanded is an error, never an empty string.
 */

/** The expanded text, or what is wrong with it, to be said behind the name of its place. */
export type Expansion =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: string };

/** `$${` (a literal `${`), a complete `${...}`, or one that nothing closes. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}|\$\{/g;

/**
 * Expands `${VAR}`, `${VAR:-default}` (unset or empty) and `${VAR:?message}`; `$${` stands for a literal `${`. A `$`
 * without a brace is left alone.
 */
export function expandVariables(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): Expansion {
  let problem: string | undefined;
  const value = text.replace(REFERENCE, (match, inner: string | undefined) => {
    if (match === '$${') return '${';
    if (inner === undefined) {
      problem ??= `opens \${ without closing it: "${text}"; write $\${ for a literal one`;
      return match;
    }
    const expanded = expandOne(inner, variables);
    if (!expanded.ok) problem ??= expanded.problem;
    return expanded.ok ? expanded.value : match;
  });
  return problem === undefined ? { ok: true, value } : { ok: false, problem };
}

function expandOne(
  inner: string,
  variables: Readonly<Record<string, string | undefined>>,
): Expansion {
  const parts = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:[-?])(.*))?$/s.exec(inner);
  if (parts === null)
    return {
      ok: false,
      problem: `has \${${inner}}, which is no variable; write \${NAME}, \${NAME:-default} or, for a literal, $\${${inner}}`,
    };
  const [, name = '', operator, operand = ''] = parts;
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  const isEmpty = value === undefined || value === '';
  if (operator === ':-') return { ok: true, value: isEmpty ? operand : value };
  if (operator === ':?' && isEmpty)
    return { ok: false, problem: `has the variable ${name}, which is not set: ${operand}` };
  if (value !== undefined) return { ok: true, value };
  return {
    ok: false,
    problem:
      `has the variable ${name}, which is not set; export it, give a default with \${${name}:-value}, ` +
      `or write $\${${name}} to leave it as it is`,
  };
}

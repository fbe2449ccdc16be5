/** Metric math as a tree. */

/** Operators of two operands, as they are written; `&&` and `||` are read as AND and OR. */
export type Operator =
  '+' | '-' | '*' | '/' | '^' | '<' | '>' | '<=' | '>=' | '==' | '!=' | 'AND' | 'OR';

/** An expression. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** Another query of the same request, by its id. */
  | { readonly kind: 'reference'; readonly id: string }
  | { readonly kind: 'negation'; readonly operand: Expression }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'array'; readonly elements: readonly Expression[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly parameters: readonly Expression[];
    };

/** Why an expression cannot be read or evaluated; the message is for the one who wrote it. */
export class MathError extends Error {
  override readonly name = 'MathError';
}

/** The ids of the queries that an expression refers to. */
export function referencesOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'reference':
      return [expression.id];
    case 'negation':
      return referencesOf(expression.operand);
    case 'operation':
      return [...referencesOf(expression.left), ...referencesOf(expression.right)];
    case 'array':
      return expression.elements.flatMap(referencesOf);
    case 'call':
      return expression.parameters.flatMap(referencesOf);
    case 'number':
    case 'text':
      return [];
  }
}

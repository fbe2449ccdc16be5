/** The names that a Lambda function goes by. */

const ARN =
  /^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]{1,64}))(?::[A-Za-z0-9$_-]{1,128})?$/;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** True for a function's name or its ARN, with a version or alias or without. */
export function isFunctionName(text: string): boolean {
  return NAME.test(text) || ARN.test(text);
}

/** What the function of an ARN may be called, the most exact first; nothing when it is no function's ARN. */
export function namesOfFunction(functionArn: string): readonly string[] {
  const match = ARN.exec(functionArn);
  if (match === null) return [];
  const [, unqualified = '', name = ''] = match;
  return [...new Set([functionArn, unqualified, name])];
}

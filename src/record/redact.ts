/**
 * Keeps secrets out of records, logs and reports. It knows forms (URL userinfo, authorization headers, presigned URLs, AWS
 * keys, `password=…`) and exact values that the caller has learnt to be secret. It rather hides too much than too little.
 */

/** Stands where a secret was. */
export const REDACTED = '***';

/** What a setting's name holds whose value is a secret. */
const SECRET_WORD =
  '(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|signature)';

/** Names whose value is a secret when it is in quotes or stands behind an equals sign. */
const SECRET_NAME = `[\\w.-]*${SECRET_WORD}[\\w.-]*`;

/**
 * Names whose value is a secret when only a colon stands between: plain words and `X-…` headers. Others are images
 * (`team/token-service:1.2`), task definitions (`auth-token:7`) or sentences about a container of that name.
 */
const PLAIN_SECRET_NAME = `(?<![\\w/.-])(?:\\w*${SECRET_WORD}\\w*|x-[\\w-]*${SECRET_WORD}[\\w-]*)`;

/** A colon inside an ARN or an IAM action is none of a setting, nor is one after a plural in a sentence. */
const NO_SETTING = `(?<!\\barn:[\\w:/.*+@-]*)(?!secretsmanager:|(?:secrets|tokens|credentials):\\s)`;

/** A name in front of a value in quotes. */
const NAMED = `${NO_SETTING}\\b(${SECRET_NAME})(\\\\*["']?\\s*[:=]\\s*)`;

const BARE_VALUE = `[^\\s"'\\\\,;&}\\]]+`;

interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string;
}

const RULES: readonly Rule[] = [
  // scheme://user:password@host and scheme://token@host; the last @ before the path ends the userinfo.
  { pattern: /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]+@/gi, replacement: `$1${REDACTED}@` },
  // Header lines, also inside JSON or curl commands; the value runs to the end of the line or its closing quote.
  {
    pattern:
      /\b((?:proxy-)?authorization|x-api-key|x-amz-security-token|set-cookie|cookie)(\\*["']?\s*[:=]\s*\\*["']?)[^\r\n"']+/gi,
    replacement: `$1$2${REDACTED}`,
  },
  {
    pattern: /\b([Bb]earer|[Bb]asic|BEARER|BASIC)(\s+)(?=\S*[\dA-Z=+/_])[A-Za-z0-9+/=._~-]{6,}/g,
    replacement: `$1$2${REDACTED}`,
  },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, replacement: REDACTED },
  // eyJ… is how every JSON Web Token begins.
  { pattern: /\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g, replacement: REDACTED },
  {
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    replacement: REDACTED,
  },
  // "name": "value", 'name': 'value', and both inside a string of JSON, where the quotes carry backslashes.
  {
    pattern: new RegExp(`${NAMED}"(?:[^"\\\\]|\\\\.)*"?`, 'gi'),
    replacement: `$1$2"${REDACTED}"`,
  },
  { pattern: new RegExp(`${NAMED}'[^']*'?`, 'gi'), replacement: `$1$2'${REDACTED}'` },
  {
    pattern: new RegExp(`${NAMED}(\\\\+["'])[\\s\\S]*?(\\3|$)`, 'gi'),
    replacement: `$1$2$3${REDACTED}$4`,
  },
  // NAME=value, name: value, and name:value where the value is too long for a revision number.
  {
    pattern: new RegExp(`\\b(${SECRET_NAME})(\\s*=\\s*)${BARE_VALUE}`, 'gi'),
    replacement: `$1$2${REDACTED}`,
  },
  {
    pattern: new RegExp(
      `${NO_SETTING}(${PLAIN_SECRET_NAME})(\\s*:\\s+|:(?=\\S{6}))${BARE_VALUE}`,
      'gi',
    ),
    replacement: `$1$2${REDACTED}`,
  },
];

/** Values shorter than this are never taken for secrets: hiding every "a" would hide the message. */
const SHORTEST_SECRET = 4;

/**
 * The text without secrets. Redacting twice changes nothing.
 * @param secrets exact values to hide wherever they stand
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = text;
  // Longest first: a secret may contain another one.
  const values = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  for (const secret of values) result = result.replaceAll(secret, REDACTED);
  for (const { pattern, replacement } of RULES) result = result.replace(pattern, replacement);
  return result;
}

/** A copy of plain data with every string redacted; the names of members stay. */
export function redactDeep<T>(value: T, secrets: readonly string[] = []): T {
  return redactUnknown(value, secrets) as T;
}

function redactUnknown(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => redactUnknown(item, secrets));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, redactUnknown(member, secrets)]),
    );
  }
  return value;
}

/** True when an environment variable's name says that its value is secret. */
export function isSecretName(name: string): boolean {
  return new RegExp(`^${SECRET_NAME}$`, 'i').test(name);
}

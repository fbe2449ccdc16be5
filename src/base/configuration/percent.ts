/** Percentages as people write them in a configuration: always with their sign, so that 0.5 is never taken for one or for the other. */

const PERCENTAGE = /^(\d{1,3}(?:\.\d{1,12})?) ?%$/;

/** Reads `20%` or `0.5 %` as 20 or 0.5; undefined for anything else and above 100. */
export function parsePercent(text: string): number | undefined {
  return read(text, '');
}

/** Reads `20%` as the share 0.2; undefined where parsePercent is. */
export function parseShare(text: string): number | undefined {
  // Dividing by 100 would give 0.006999999999999999 for 0.7 %.
  return read(text, 'e-2');
}

function read(text: string, exponent: string): number | undefined {
  const digits = PERCENTAGE.exec(text.trim())?.[1];
  if (digits === undefined || Number(digits) > 100) return undefined;
  return Number(`${digits}${exponent}`);
}

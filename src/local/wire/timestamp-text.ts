/** ISO 8601 timestamps as the query protocol writes them. */

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_BEFORE_1970 = 719_527;

/** The epoch seconds of a text such as `2026-02-03T04:05:06.789Z`; undefined when it is none. */
export function epochSecondsOf(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const known =
    day >= 1 &&
    day <= (DAYS_IN_MONTH[month - 1] ?? 0) &&
    (month !== 2 || day <= 28 || isLeap(year)) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59;
  if (!known) return undefined;
  const [, , , , , , , fraction, sign, offsetHours = 0, offsetMinutes = 0] = match;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60 : 60);
  const days = daysBefore(year, month) + day - 1;
  const whole = days * 86_400 + hour * 3600 + minute * 60 + second - offset;
  return whole + (fraction === undefined ? 0 : Number(`0.${fraction}`));
}

/** Days from 1970-01-01 to the first of the month (proleptic Gregorian calendar). */
function daysBefore(year: number, month: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const leapDay = month > 2 && isLeap(year) ? 1 : 0;
  return year * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leapDay - DAYS_BEFORE_1970;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

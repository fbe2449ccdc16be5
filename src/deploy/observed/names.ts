/** Short names, as people and consoles use them. */
import { lastPart } from '../../base/arn.ts';

/** `web:7` for a task definition's ARN: how people name it. */
export function shortDefinition(arn: string): string {
  return lastPart(arn);
}

/** The first eight digits of a task's id, as consoles show it. */
export function shortTask(arn: string): string {
  return lastPart(arn).slice(0, 8);
}

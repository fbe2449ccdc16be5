/** What is found before a rollout begins, and how it is told. */
import { UserError } from '../../base/errors.ts';
import type { Session } from './session.ts';

/** One thing that preflight knows. */
export interface Finding {
  readonly level: 'impossible' | 'note';
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | undefined;
}

/** Says the notes; throws the first proof that the rollout cannot work. */
export function report(session: Session, findings: readonly Finding[]): void {
  for (const finding of findings) {
    if (finding.level === 'note') {
      session.say('warning', finding.code.toLowerCase().replaceAll('_', '-'), finding.message);
    }
  }
  const impossible = findings.filter((finding) => finding.level === 'impossible');
  const [first] = impossible;
  if (first === undefined) return;
  throw new UserError(first.code, impossible.map((each) => each.message).join('; also: '), {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    exitCode: 2,
  });
}

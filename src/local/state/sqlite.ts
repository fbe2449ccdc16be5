/**
 * SQLite, loaded when a journal is opened and not before: Node 22 warns on loading that it is experimental, which whoever
 * keeps the state in memory has nothing to do with, and nobody else can do anything about.
 */
import type * as sqlite from 'node:sqlite';

/** `node:sqlite` without that one warning; every other goes through. */
export function loadSqlite(): typeof sqlite {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was; called with its object below
  const { emitWarning } = process;
  process.emitWarning = (...args: unknown[]): void => {
    const [warning, type] = args;
    if (type === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')) return;
    Reflect.apply(emitWarning, process, args);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/base/make-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes every missing parent with the given mode, and leaves what exists', () => {
    const path = join(root, 'a', 'b', 'c');
    makeFolder(path, 0o700);
    makeFolder(path, 0o755);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  });

  it('refuses a path on which a file stands, at its end or on the way', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file)).toThrow('EEXIST');
    expect(() => makeFolder(join(file, 'below'))).toThrow('ENOTDIR');
  });

  it.skipIf(!existsSync('/proc/self'))('gives up where nothing can be made', () => {
    expect(() => makeFolder('/proc/fairlead/state')).toThrow('ENOENT');
  });

  it('gives up in a folder that was deleted meanwhile', () => {
    const module = fileURLToPath(new URL('../../src/base/make-folder.ts', import.meta.url));
    const program = `
      import { rmdirSync } from 'node:fs';
      import { makeFolder } from ${JSON.stringify(module)};
      rmdirSync(process.cwd());
      try { makeFolder('a/b'); } catch (error) { console.log(error.code); }`;
    const cwd = join(root, 'gone');
    makeFolder(cwd);
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd });
    expect(said.toString().trim()).toBe('ENOENT');
  });
});

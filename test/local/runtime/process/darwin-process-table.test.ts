import { describe, expect, it } from 'vitest';
import {
  parseList,
  parseStartTime,
  parseUsage,
} from '../../../../src/local/runtime/process/darwin-process-table.ts';

const ROOT = '/Users/me/my app/.fairlead/containers';

describe("the answers of macOS's ps", () => {
  it('the start time of a live process, none of a dead or a missing one', () => {
    expect(parseStartTime('Ss   Tue Jan  5 10:00:00 2027    \n')).toBe('Tue Jan  5 10:00:00 2027');
    expect(parseStartTime('Z    Tue Jan  5 10:00:00 2027\n')).toBeUndefined();
    expect(parseStartTime('')).toBeUndefined();
  });

  it('live processes with their marks, from command line or environment', () => {
    const text = [
      '    1     1 Ss   /sbin/launchd',
      `  501   501 Ss   /bin/sh -c `,
      'exec 3>&2 2>/dev/null',
      `kill -KILL 0 FAIRLEAD_CONTAINER=${ROOT}/abc-1 /x node server.js`,
      `  502   501 S    node server.js PATH=/bin FAIRLEAD_CONTAINER=${ROOT}/abc-1 PORT=1`,
      `  503   503 S    sleep 5 FAIRLEAD_CONTAINER=${ROOT}/abc-1/health`,
      `  504   501 Z    (node)`,
      `  505   505 S    vi FAIRLEAD_CONTAINER=/elsewhere/containers/x`,
    ].join('\n');
    expect(parseList(text, ROOT)).toEqual([
      { pid: 1, groupId: 1, containerId: undefined, healthCheck: false },
      { pid: 501, groupId: 501, containerId: 'abc-1', healthCheck: false },
      { pid: 502, groupId: 501, containerId: 'abc-1', healthCheck: false },
      { pid: 503, groupId: 503, containerId: 'abc-1', healthCheck: true },
      { pid: 505, groupId: 505, containerId: undefined, healthCheck: false },
    ]);
  });

  it('what live processes have used', () => {
    const text = [
      '    1     1 Ss    11904 01-02:03:04   0:01.50',
      '  502   501 S     53248       01:05   1:02:03.25',
      '  504   501 Z         0       00:01   0:00.00',
      '',
    ].join('\n');
    expect(parseUsage(text)).toEqual([
      { pid: 1, groupId: 1, cpuMs: 1_500, elapsedMs: 93_784_000, memoryBytes: 12_189_696 },
      { pid: 502, groupId: 501, cpuMs: 3_723_250, elapsedMs: 65_000, memoryBytes: 54_525_952 },
    ]);
  });
});

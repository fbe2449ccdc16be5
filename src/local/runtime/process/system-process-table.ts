/** The process table of the system that we run on. */
import { UserError } from '../../../base/errors.ts';
import { darwinProcessTable } from './darwin-process-table.ts';
import { linuxProcessTable } from './linux-process-table.ts';
import type { ProcessTable } from './process-table.ts';

/**
 * The process table of the system.
 * @throws UserError PLATFORM_UNSUPPORTED elsewhere than on Linux and macOS
 */
export function systemProcessTable(platform: NodeJS.Platform): ProcessTable {
  if (platform === 'linux') return linuxProcessTable;
  if (platform === 'darwin') return darwinProcessTable;
  throw new UserError(
    'PLATFORM_UNSUPPORTED',
    `the process runtime runs on Linux and macOS, not on ${platform}`,
    { hint: 'Use --runtime simulated here.', exitCode: 2 },
  );
}

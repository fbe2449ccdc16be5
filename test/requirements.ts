/** Programs that some tests need: without them the test is skipped with a line that says so, or fails where they are required. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const required = new Set((process.env['FAIRLEAD_REQUIRE'] ?? '').split(',').filter(Boolean));

/** The AWS CLI of the system's packages, which is the oldest that users have; else the first on the PATH. */
export const awsCli = find('awscli', ['/usr/bin/aws', ...onPath('aws')]);

/** jq. */
export const jq = find('awscli', onPath('jq'));

function onPath(program: string): readonly string[] {
  return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
}

/** @throws Error when the program is required and not there */
function find(requirement: string, candidates: readonly string[]): string | undefined {
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined && required.has(requirement)) {
    throw new Error(
      `FAIRLEAD_REQUIRE asks for ${requirement}, but none of ${candidates.join(', ')} exists`,
    );
  }
  return found;
}

/** Who begins a rollout, as others are told who find it under way. */
import { hostname, userInfo } from 'node:os';

/** `ann@build-7`; in GitHub Actions `ann@github-run-1234`, elsewhere in CI the job where it can be named. */
export function whoAmI(env: Readonly<Record<string, string | undefined>>): string {
  const { GITHUB_ACTOR, GITHUB_RUN_ID, BUILD_TAG, CI_JOB_ID } = env;
  if (GITHUB_RUN_ID !== undefined) return `${GITHUB_ACTOR ?? 'github'}@github-run-${GITHUB_RUN_ID}`;
  if (BUILD_TAG !== undefined) return `${userName()}@${BUILD_TAG}`;
  if (CI_JOB_ID !== undefined) return `${userName()}@job-${CI_JOB_ID}`;
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as containers often have.
    return 'somebody';
  }
}

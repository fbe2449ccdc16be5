/** Programs as users of the package write them, by its name. */

/**
 * Uses both entry points: looks at the service `web` and at a record, starts a local ECS of its own, and prints what it saw.
 * Arguments: path of the record, state folder of the local ECS.
 */
export const LOOKING_PROGRAM = `
import { readFileSync } from 'node:fs';
import * as fairlead from 'fairlead';
import { startLocalEcs } from 'fairlead/local';

const [recordPath, stateFolder] = process.argv.slice(2);
const { systemClock: clock, systemRandom: random } = fairlead;
const clients = await fairlead.createAwsClients();
const names = { cluster: 'web', service: 'web' };
const { running, deployments } = await fairlead.status(names, { clients, clock, random });
fairlead.destroyAwsClients(clients);
const { header } = fairlead.readRecord(readFileSync(recordPath, 'utf8'));
const local = await startLocalEcs({ runtime: 'simulated', stateFolder });
await local.close();
console.log(JSON.stringify({ running, deployments: deployments.length, mode: header.mode }));
`;

/** For the compiler alone: what the types allow, and what they do not. */
export const TYPED_PROGRAM = `
import { createAwsClients, deploy, exitCodeOf, type AwsClients, type RolloutResult } from 'fairlead';
import { startLocalEcs, type LocalEcs } from 'fairlead/local';

export async function connect(): Promise<readonly [LocalEcs, AwsClients]> {
  const local = await startLocalEcs({ runtime: 'simulated' });
  const { url, region, credentials } = local;
  return [local, await createAwsClients({ endpointUrl: url, region, credentials })];
}
export type Result = Awaited<ReturnType<typeof deploy>> extends RolloutResult ? number : never;
export const exitCode: Result = exitCodeOf('rolled-back');
// @ts-expect-error a number is no verdict
exitCodeOf(3);
// @ts-expect-error nor is text a port
export const wrong = startLocalEcs({ port: '4327' });
`;

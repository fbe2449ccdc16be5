import { DescribeServicesCommand, ListClustersCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createAwsClients,
  destroyAwsClients,
  type AwsClients,
} from '../../../src/deploy/aws/aws-clients.ts';
import { timeScaleOf } from '../../../src/deploy/aws/time-scale.ts';
import { startLocalEcs, type LocalEcs } from '../../../src/local/index.ts';

describe('the time scale of an endpoint', () => {
  let local: LocalEcs;
  let clients: AwsClients;
  afterEach(async () => {
    destroyAwsClients(clients);
    await local.close();
  });

  const open = async (timeScale?: number): Promise<void> => {
    local = await startLocalEcs({
      runtime: 'simulated',
      ...(timeScale === undefined ? {} : { timeScale }),
    });
    clients = await createAwsClients({
      endpointUrl: local.url,
      region: local.region,
      credentials: local.credentials,
    });
  };

  it('is known after the first answer, even if that is a refusal', async () => {
    await open(60);
    expect(timeScaleOf(clients.ecs)).toBeUndefined();
    await expect(clients.ecs.send(new DescribeServicesCommand({ services: [] }))).rejects.toThrow();
    expect(timeScaleOf(clients.ecs)).toBe(60);
  });

  it('is not there where time is that of a watch', async () => {
    await open();
    await clients.ecs.send(new ListClustersCommand({}));
    expect(timeScaleOf(clients.ecs)).toBeUndefined();
  });
});

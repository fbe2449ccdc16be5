import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { createSession } from '../../../src/deploy/session/session.ts';
import { readChange } from '../../../src/deploy/service-definition/read-change.ts';
import type { ServiceChange } from '../../../src/deploy/service-definition/service-change.ts';
import { FakeAws, type Wire } from '../fake-aws.ts';
import { clientsOf } from '../fake-endpoint.ts';
import { defined, described, NAME } from './definitions.ts';

const MONITORING = {
  metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }],
};

/** An ECS whose revisions are measured every 20 s. */
class MonitoredAws extends FakeAws {
  override answer(operation: string, input: Wire): unknown {
    const answer = super.answer(operation, input);
    if (operation !== 'DescribeServiceRevisions') return answer;
    const { serviceRevisions } = answer as { readonly serviceRevisions: readonly Wire[] };
    return {
      serviceRevisions: serviceRevisions.map((each) => ({ ...each, monitoring: MONITORING })),
    };
  }
}

async function read(aws: FakeAws, document: object): Promise<ServiceChange> {
  const session = createSession('deploy', NAME, {
    clients: await clientsOf(aws),
    clock: aws.clock,
    random: seededRandom(2),
    sinks: [],
    tool: { name: 'fairlead', version: '0.0.0' },
  });
  return readChange(session, described(), defined(document));
}

describe('readChange', () => {
  it('asks for the service revision where the file names what it alone knows', async () => {
    const aws = new MonitoredAws();
    expect((await read(aws, { monitoring: MONITORING })).update).toStrictEqual({});
    expect(aws.calls.map((call) => call.input['serviceRevisionArns'])).toStrictEqual([
      ['arn:aws:ecs:eu-west-1:123456789012:service-revision/prod/web/6'],
    ]);
    expect((await read(aws, { monitoring: { metricConfigurations: [] } })).update).toStrictEqual({
      monitoring: { metricConfigurations: [] },
    });
  });

  it('asks nobody otherwise', async () => {
    const aws = new MonitoredAws();
    expect((await read(aws, { enableExecuteCommand: true })).update).toStrictEqual({
      enableExecuteCommand: true,
    });
    expect(aws.calls).toStrictEqual([]);
  });
});

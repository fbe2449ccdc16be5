/** The steps of CI pipelines, run by the shells that CI runs them with, and the way back. */
import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createService, describeService, revisionOf, settled, taskDefinition } from './service.ts';
import { hasTools, NEEDS, openTerminal, type Terminal } from './terminal.ts';

describe.skipIf(!hasTools)(`pipelines that deploy by the AWS CLI ${NEEDS}`, () => {
  let terminal: Terminal;
  /** The same local ECS, in another region. */
  let west: ECSClient;
  beforeAll(async () => {
    terminal = await openTerminal();
    const { url, credentials } = terminal.local;
    west = new ECSClient({ endpoint: url, credentials, region: 'us-west-2' });
  });
  afterAll(async () => {
    west.destroy();
    await terminal.close();
  });

  const CI_STEP = `
NEW_REVISION=$(aws ecs register-task-definition \\
--cli-input-json file://task-definition.json | jq -r '.taskDefinition.revision')
aws ecs update-service --cluster $CLUSTER_NAME \\
--service $SERVICE_NAME \\
--task-definition $TASK_FAMILY:$NEW_REVISION
`;
  const CI_VARIABLES = { CLUSTER_NAME: 'ci', SERVICE_NAME: 'web', TASK_FAMILY: 'web' };

  it('a workflow step registers a revision and updates the service to just that one', async () => {
    const names = { cluster: 'ci', service: 'web', family: 'web' };
    await createService(terminal.ecs, names, 1);
    terminal.file('task-definition.json', taskDefinition('web', '4f2a91c'));
    const step = await terminal.run(CI_STEP, CI_VARIABLES);
    expect(step).toMatchObject({ exitCode: 0, stderr: '' });
    expect(revisionOf((await settled(terminal.ecs, names)).taskDefinition)).toBe('web:2');
    await terminal.folders.settledOn(['4f2a91c']);
  });

  it('a workflow step whose definition is refused fails and leaves the service alone', async () => {
    const names = { cluster: 'ci', service: 'web' };
    const before = await describeService(terminal.ecs, names);
    const running = terminal.folders.running();
    terminal.file('task-definition.json', { family: 'web', containerDefinitions: [] });
    const step = await terminal.run(CI_STEP, CI_VARIABLES);
    expect(step.exitCode).not.toBe(0);
    expect(step.stderr).toContain('when calling the RegisterTaskDefinition operation');
    expect(await describeService(terminal.ecs, names)).toEqual(before);
    expect(terminal.folders.running()).toEqual(running);
  });

  it('Jenkins steps deploy in a region of their own', async () => {
    const names = { cluster: 'production', service: 'my-app', family: 'my-app-task' };
    await createService(west, names, 1);
    terminal.file('task-definition.json', taskDefinition('my-app-task', '2'));
    const sh = (script: string) => terminal.run(script, { BUILD_NUMBER: '2' }, ['sh', '-xe']);
    const register = await sh(`
aws ecs register-task-definition \\
--cli-input-json file://task-definition.json \\
--region us-west-2
`);
    expect(register.exitCode).toBe(0);
    const update = await sh(`
aws ecs update-service \\
--cluster production \\
--service my-app \\
--task-definition my-app-task:\${BUILD_NUMBER} \\
--region us-west-2
`);
    expect(update.exitCode).toBe(0);
    const service = await settled(west, names);
    expect(service.serviceArn).toMatch(
      /^arn:aws:ecs:us-west-2:\d{12}:service\/production\/my-app$/,
    );
    expect(revisionOf(service.taskDefinition)).toBe('my-app-task:2');
    await terminal.folders.settledOn(['2', '4f2a91c']);
    const elsewhere = await terminal.ecs.send(
      new DescribeClustersCommand({ clusters: ['production'] }),
    );
    expect(elsewhere).toMatchObject({ clusters: [], failures: [{ reason: 'MISSING' }] });
  });

  it('a rollback goes back to the first revision', async () => {
    const names = { cluster: 'my-cluster', service: 'my-service', family: 'my-app-task' };
    // The family has two revisions by now; the service starts with the newest of three.
    await createService(west, names, 1);
    expect(revisionOf((await describeService(west, names)).taskDefinition)).toBe('my-app-task:3');
    const before = await terminal.folders.settledOn(['1.0.0', '2', '4f2a91c']);
    const back = await terminal.run(`
aws ecs update-service \\
--cluster my-cluster \\
--service my-service \\
--task-definition my-app-task:1 \\
--region us-west-2
aws ecs wait services-stable --cluster my-cluster --services my-service --region us-west-2
`);
    expect(back).toMatchObject({ exitCode: 0, stderr: '' });
    const service = await settled(west, names);
    expect(revisionOf(service.taskDefinition)).toBe('my-app-task:1');
    // Revision 1 is 1.0.0 as well: the program is another one.
    const after = await terminal.folders.settledOn(['1.0.0', '2', '4f2a91c']);
    const pidsOf = (reports: typeof after) =>
      reports.filter(({ tag }) => tag === '1.0.0').map(({ pid }) => pid);
    expect(pidsOf(after)).not.toEqual(pidsOf(before));
  });
});

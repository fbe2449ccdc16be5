/** How the scripted endpoint answers each operation, from the present state of its world. */
import { ARN, FakeError, type FakeAws, type Wire } from './fake-aws.ts';

/** The output of an operation: JSON, or XML text for Elastic Load Balancing. Throws FakeError. */
export function answerFrom(aws: FakeAws, operation: string, input: Wire): unknown {
  const listed = aws.rollouts
    .filter((each) => ((each['listedAt'] as number | undefined) ?? 0) <= aws.clock.now())
    .toReversed();
  switch (operation) {
    case 'DescribeServices':
      return { services: aws.missing ? [] : [aws.service], failures: [] };
    case 'DescribeTaskDefinition': {
      const name = String(input['taskDefinition']);
      const arn = name.startsWith('arn:') ? name : `${ARN}:task-definition/${name}`;
      const found = name.includes(':') ? aws.definitions.get(arn) : newestOf(aws, name);
      if (found === undefined)
        throw new FakeError('ClientException', 'Unable to describe task definition.');
      return {
        taskDefinition: found,
        tags: [
          { key: 'team', value: 'web' },
          { key: 'aws:x', value: 'y' },
        ],
      };
    }
    case 'RegisterTaskDefinition': {
      const arn = `${ARN}:task-definition/web:7`;
      aws.definitions.set(arn, {
        ...input,
        taskDefinitionArn: arn,
        revision: 7,
        status: 'ACTIVE',
      });
      return { taskDefinition: aws.definitions.get(arn) };
    }
    case 'UpdateService': {
      const wanted = input['taskDefinition'] as string | undefined;
      if (
        wanted !== undefined &&
        (wanted !== aws.service['taskDefinition'] || input['forceNewDeployment'] === true)
      ) {
        aws.startDeployment(wanted);
      }
      if (input['desiredCount'] !== undefined) aws.service['desiredCount'] = input['desiredCount'];
      return { service: aws.service };
    }
    case 'ListServiceDeployments':
      return {
        serviceDeployments: listed.map((each) => ({
          ...each,
          targetServiceRevisionArn: (each['targetServiceRevision'] as Wire)['arn'],
        })),
      };
    case 'DescribeServiceDeployments': {
      const arns = input['serviceDeploymentArns'] as string[];
      return {
        serviceDeployments: listed.filter((each) =>
          arns.includes(each['serviceDeploymentArn'] as string),
        ),
      };
    }
    case 'DescribeServiceRevisions':
      return {
        serviceRevisions: (input['serviceRevisionArns'] as string[]).map((arn) => {
          const number = arn.slice(arn.lastIndexOf('/') + 1);
          return {
            serviceRevisionArn: arn,
            taskDefinition: `${ARN}:task-definition/web:${number}`,
            containerImages: [
              { containerName: 'web', image: 'x', imageDigest: `sha256:${number}` },
            ],
          };
        }),
      };
    case 'StopServiceDeployment':
      aws.newest().rollout['status'] = 'ROLLBACK_IN_PROGRESS';
      aws.after(10_000, () =>
        aws.rollBack('Service deployment rolled back because of a stop request.'),
      );
      return { serviceDeploymentArn: input['serviceDeploymentArn'] };
    case 'ListTasks':
      return {
        taskArns: aws.tasks
          .filter((task) => task['desiredStatus'] === input['desiredStatus'])
          .map((task) => task['taskArn']),
      };
    case 'DescribeTasks':
      return {
        tasks: aws.tasks.filter((task) => (input['tasks'] as unknown[]).includes(task['taskArn'])),
      };
    case 'GetLogEvents':
      return { events: aws.logs.map((message) => ({ message, timestamp: 1 })) };
    case 'DescribeTargetHealth':
      return `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetHealthResult><TargetHealthDescriptions>${aws.targets
        .filter(({ group = input['TargetGroupArn'] }) => group === input['TargetGroupArn'])
        .map(
          ({ id, port, state, description }) =>
            `<member><Target><Id>${id}</Id><Port>${port}</Port></Target><TargetHealth><State>${state}</State>${description === undefined ? '' : `<Description>${description}</Description>`}</TargetHealth></member>`,
        )
        .join(
          '',
        )}</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`;
    default:
      throw new FakeError('UnknownOperationException', `the script has no ${operation}`);
  }
}

/** The newest ACTIVE revision of a family (reference: ECS semantics 3.4). */
function newestOf(aws: FakeAws, family: string): Wire | undefined {
  return [...aws.definitions.values()]
    .filter((each) => each['family'] === family && each['status'] === 'ACTIVE')
    .toSorted((a, b) => Number(b['revision']) - Number(a['revision']))[0];
}

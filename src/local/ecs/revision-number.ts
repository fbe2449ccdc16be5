/** A deployment and its service revision have the same number (reference: ECS semantics 1.6). */
import { lastPart } from '../../base/arn.ts';

/** The id of the deployment that brings the revision: `ecs-svc/<number>`. */
export function deploymentIdOf(serviceRevisionArn: string): string {
  return `ecs-svc/${lastPart(serviceRevisionArn)}`;
}

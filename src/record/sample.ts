/** Samples of a record: what one look at a rollout sees. */
import { z } from 'zod';
import { at, count } from './fields.ts';

/** The tasks of a revision at one look. */
export const RevisionCounts = z.object({
  deploymentId: z.string().describe('ecs-svc/NUMBER: of a deployment or a task set'),
  taskDefinition: z.string(),
  status: z.string().describe('PRIMARY, ACTIVE, DRAINING'),
  rolloutState: z.string().optional().describe('IN_PROGRESS, COMPLETED, FAILED'),
  desired: count,
  pending: count,
  running: count,
  healthy: count
    .optional()
    .describe(
      'Running tasks that pass every check the service has; absent where tasks cannot be read',
    ),
  failed: count.describe('Tasks that failed in a row, as ECS counts them'),
  trafficWeight: z.number().optional().describe('Percent of production traffic'),
  testWeight: z.number().optional().describe('Percent of test traffic'),
});

/** One look at a rollout. */
export const Sample = z.object({
  kind: z.literal('sample'),
  at,
  desired: count,
  pending: count,
  running: count,
  healthy: count.optional(),
  stage: z.string().optional().describe('Lifecycle stage of a traffic shift'),
  pauses: z
    .array(
      z.object({
        hook: z.string().describe('Id of the pause hook'),
        until: z.number().optional().describe('Epoch milliseconds by the clock of ECS'),
        keptBy: z.string().optional().describe('Who keeps it, where it is the gate of a Fairlead'),
      }),
    )
    .optional()
    .describe('Pauses that wait for the answer of somebody else; absent: none'),
  revisions: z.array(RevisionCounts).describe('Newest first'),
  traffic: z
    .object({
      requests: count,
      errors: count,
      latencyP50Ms: z.number().optional(),
      latencyP99Ms: z.number().optional(),
    })
    .optional()
    .describe('Since the sample before; only where requests are counted, as in a rehearsal'),
});

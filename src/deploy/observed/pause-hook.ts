/** A pause hook of a rollout (reference: ECS semantics 6.3). */

/** A pause hook as a rollout is configured with it. */
export interface PauseHook {
  readonly stages: readonly string[];
  readonly timeoutMinutes: number;
  readonly timeoutAction: 'ROLLBACK' | 'CONTINUE';
}

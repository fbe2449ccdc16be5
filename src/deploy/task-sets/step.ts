/** The steps of a rollout with task sets. */
import type { CheckMoment } from '../observed/open-gate.ts';
import type { Colour } from './world.ts';

/** The next thing to do. Each may be done twice without harm. */
export type Step =
  | { readonly kind: 'create-green' }
  /** Nothing to do but to look again. */
  | { readonly kind: 'wait'; readonly why: string }
  /** All test traffic to one of them. */
  | { readonly kind: 'shift-test'; readonly to: Colour }
  /** Ask the checks; the gate is passed under this name. */
  | {
      readonly kind: 'gate';
      readonly moment: CheckMoment;
      readonly name: string;
      /** Percent of production traffic on green. */
      readonly weight: number;
    }
  /** Percent of production traffic on green; blue has the rest. */
  | { readonly kind: 'set-weights'; readonly green: number }
  /** Let this time pass; it is passed under this name. */
  | { readonly kind: 'bake'; readonly name: string; readonly ms: number }
  | { readonly kind: 'make-primary'; readonly set: Colour }
  /** Percent of the desired count. */
  | { readonly kind: 'scale'; readonly set: Colour; readonly percent: number }
  | { readonly kind: 'delete'; readonly set: Colour }
  /** Somebody else is at work: leave everything as it is. */
  | { readonly kind: 'stop'; readonly code: 'hand' | 'superseded' | 'lost'; readonly why: string }
  /** Forward is no way any more. */
  | { readonly kind: 'turn-back'; readonly why: string }
  /** The service is fully on this one. `nothing`: the first task set was taken away again. */
  | { readonly kind: 'done'; readonly on: Colour | 'nothing' };

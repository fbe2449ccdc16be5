/** One seed for every run, so that a red run is red again; FC_SEED tries another. */
import * as fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });

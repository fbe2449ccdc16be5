/** What the options of a command say of the configuration. */
import type { CheckWish } from './analysis-schema.ts';
import type { CancelPolicy } from './configuration.ts';
import type { Hook } from './configuration.ts';
import type { StrategyWish } from './configuration.ts';

/** What options can say. What is undefined is left to the file. */
export interface ConfigurationOptions {
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
  readonly region?: string | undefined;
  /** `[CONTAINER=]REF`, as `--image` takes them; they replace the file's image of the same container. */
  readonly images?: readonly string[] | undefined;
  /** A path relative to the present folder, FAMILY, FAMILY:REVISION or an ARN. */
  readonly taskDefinition?: string | undefined;
  /** A path relative to the present folder. */
  readonly serviceDefinition?: string | undefined;
  readonly strategy?: StrategyWish['type'] | undefined;
  /** Percent, as readSteps gives them. */
  readonly steps?: readonly number[] | undefined;
  readonly stepBakeMs?: number | undefined;
  readonly finalBakeMs?: number | undefined;
  readonly onClientLoss?: StrategyWish['onClientLoss'];
  /** Instead of the file's list, as readAnalysisOption gives each. */
  readonly analysis?: readonly CheckWish[] | undefined;
  /** Instead of the file's list, as readHookOption gives each. */
  readonly before?: readonly Hook[] | undefined;
  readonly after?: readonly Hook[] | undefined;
  /** True takes images whose tag may move; false leaves it to the file. */
  readonly allowMutableTag?: boolean | undefined;
  readonly onCancel?: CancelPolicy | undefined;
  readonly timeoutMs?: number | undefined;
}

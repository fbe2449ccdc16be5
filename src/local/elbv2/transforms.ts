/** Transforms of rules, which rewrite the host or the URL of a request. */
import { invalidConfiguration } from './errors.ts';

/** @throws AwsError InvalidConfigurationRequest when there is any */
export function refuseTransforms(transforms: readonly unknown[] | undefined): void {
  if (transforms !== undefined && transforms.length > 0)
    throw invalidConfiguration(
      'The local load balancer does not rewrite requests. Leave Transforms out locally',
    );
}

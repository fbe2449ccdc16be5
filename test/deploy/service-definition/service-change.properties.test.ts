import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  serviceChange,
  type ServiceChange,
} from '../../../src/deploy/service-definition/service-change.ts';
import type { ServiceDefinition } from '../../../src/deploy/service-definition/service-definition.ts';
import { definitionArbitrary } from './definition-arbitrary.ts';
import { defined } from './definitions.ts';
import { created, tagged, updated, type Modelled } from './ecs-model.ts';

const NOTHING: ServiceChange = { update: {}, tags: [], texts: [], findings: [] };

const change = ({ service, revision }: Modelled, definition: ServiceDefinition): ServiceChange =>
  serviceChange(service, definition, {
    own: service.deploymentConfiguration?.lifecycleHooks ?? [],
    revision,
  });

const create = (document: Omit<CreateServiceCommandInput, 'serviceName'>): Modelled =>
  created({ serviceName: 'web', ...document });

/** Members that a creation makes wholly what the definition says, in any order of their lists. */
const SHOWN = [
  'desiredCount',
  'availabilityZoneRebalancing',
  'loadBalancers',
  'serviceRegistries',
  'placementConstraints',
  'networkConfiguration',
  'healthCheckGracePeriodSeconds',
  'enableECSManagedTags',
  'propagateTags',
  'enableExecuteCommand',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
] as const;

function shown({ service, revision }: Modelled, name: (typeof SHOWN)[number]): unknown {
  const members = { ...revision, ...service.deployments?.[0], ...service };
  return members[name] ?? [];
}

/** With every list in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, sorted(member)] as const)
      .filter(([, member]) => !(Array.isArray(member) && member.length === 0))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('the change of a service', () => {
  it('is empty for the definition that the service was created from, whatever ECS made of it', () => {
    fc.assert(
      fc.property(definitionArbitrary, (document) => {
        expect(change(create(document), defined(document))).toStrictEqual(NOTHING);
      }),
    );
  });

  it('is empty for the description of the service itself', () => {
    fc.assert(
      fc.property(definitionArbitrary, fc.boolean(), (document, enveloped) => {
        const present = create(document);
        const { service } = present;
        const description = enveloped ? { services: [service], failures: [] } : service;
        expect(change(present, defined(description))).toStrictEqual(NOTHING);
      }),
    );
  });

  it('leaves no difference behind when it is applied', () => {
    fc.assert(
      fc.property(definitionArbitrary, definitionArbitrary, (before, after) => {
        const present = create(before);
        const wanted = defined(after);
        const first = change(present, wanted);
        const next = updated(present, first.update);
        const then = change({ ...next, service: tagged(next.service, first.tags) }, wanted);
        expect(then).toMatchObject({ update: {}, tags: [], findings: first.findings });
        expect(Object.keys(then.update)).toStrictEqual([]);
      }),
    );
  });

  it('notices every difference: what it does not name is as a creation would make it', () => {
    fc.assert(
      fc.property(definitionArbitrary, definitionArbitrary, (before, after) => {
        const present = create(before);
        const wanted = create(after);
        const { update } = change(present, defined(after));
        for (const name of SHOWN) {
          if (after[name] === undefined || update[name] !== undefined) continue;
          expect(sorted(shown(present, name)), name).toStrictEqual(sorted(shown(wanted, name)));
        }
        if (after.placementStrategy !== undefined && update.placementStrategy === undefined) {
          expect(present.service.placementStrategy).toStrictEqual(wanted.service.placementStrategy);
        }
      }),
    );
  });

  it('tells people of each member that it changes, and of nothing else', () => {
    fc.assert(
      fc.property(definitionArbitrary, definitionArbitrary, (before, after) => {
        const { update, texts } = change(create(before), defined(after));
        const told = texts.map((line) => /^[^.:]+/.exec(line)?.[0]);
        const changed = Object.keys(update).filter((name) => name !== 'forceNewDeployment');
        expect(new Set(told)).toStrictEqual(new Set(changed));
      }),
    );
  });

  it('names only what the definition names', () => {
    fc.assert(
      fc.property(definitionArbitrary, definitionArbitrary, (before, after) => {
        const { update } = change(create(before), defined(after));
        const named = new Set([
          ...Object.keys(after),
          // What a launch type may need.
          ...(after.launchType === undefined ? [] : ['capacityProviderStrategy']),
          ...('capacityProviderStrategy' in update ? ['forceNewDeployment'] : []),
        ]);
        expect(Object.keys(update).filter((member) => !named.has(member))).toStrictEqual([]);
      }),
    );
  });
});

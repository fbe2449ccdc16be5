import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeServices } from '../../../src/local/ecs/operations/describe-services.ts';
import { presentService } from '../../../src/local/ecs/presentation/present-service.ts';
import type { TaskStatus } from '../../../src/local/state/entities.ts';
import type { FreshContext } from './fresh-context.ts';
import { addTask, create, primary, serviceWorld, stored, update } from './service-world.ts';

const STATUSES: readonly TaskStatus[] = ['PENDING', 'RUNNING', 'STOPPED'];

/** Everything that a description is made of, changed one at a time. */
const CHANGES: Readonly<Record<string, (context: FreshContext, salt: number) => void>> = {
  nothing: () => undefined,
  'a task appears': (context, salt) => {
    addTask(context, primary(context), {
      lastStatus: STATUSES[salt % STATUSES.length] ?? 'STOPPED',
    });
  },
  'a task goes on': ({ store }, salt) => {
    const [task] = store.tasks.values();
    const lastStatus = STATUSES[salt % STATUSES.length] ?? 'STOPPED';
    if (task !== undefined)
      store.transaction(() => store.tasks.put(task.taskArn, { ...task, lastStatus }));
  },
  'a task is forgotten': ({ store }) => {
    const [task] = store.tasks.values();
    if (task !== undefined) store.transaction(() => store.tasks.delete(task.taskArn));
  },
  'an event is written': (context, salt) => {
    const { store } = context;
    const { serviceArn } = stored(context);
    const events = [{ id: `event-${salt}`, createdAt: salt, message: 'something happened' }];
    store.transaction(() => store.serviceEvents.put(serviceArn, { serviceArn, events }));
  },
  'the service is tagged': (context, salt) => {
    const { store } = context;
    const service = stored(context);
    const tags = [{ key: 'salt', value: String(salt) }];
    store.transaction(() => store.services.put(service.serviceArn, { ...service, tags }));
  },
  'a revision is completed': (context, salt) => {
    const { store } = context;
    const arn = primary(context).serviceRevisionArn;
    const revision = store.serviceRevisions.get(arn);
    const serviceConnectConfiguration = { enabled: salt % 2 === 0 };
    if (revision !== undefined)
      store.transaction(() =>
        store.serviceRevisions.put(arn, { ...revision, serviceConnectConfiguration }),
      );
  },
  'the service is updated': (context, salt) => {
    update(context, { desiredCount: salt % 5, forceNewDeployment: salt % 2 === 0 });
  },
};

describe('the description of a service', () => {
  it('is that of this moment, whatever changed since the last one', () => {
    const change = fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(99));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const context = serviceWorld();
        create(context);
        for (const [name, salt] of changes) {
          CHANGES[name]?.(context, salt);
          for (const tags of [false, true]) {
            const input = { services: ['web'], ...(tags && { include: ['TAGS' as const] }) };
            expect(describeServices(input, context).services).toEqual([
              presentService(stored(context), context.store, {
                tags,
                currentServiceDeployment: true,
              }),
            ]);
          }
        }
      }),
    );
  });

  it('is the very same while nothing changes', () => {
    const context = serviceWorld();
    create(context);
    const look = () => describeServices({ services: ['web'] }, context).services?.[0];
    expect(look()).toBe(look());
    expect(look()).toBeDefined();
  });
});

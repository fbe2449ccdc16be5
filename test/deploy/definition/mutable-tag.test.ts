import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../../src/deploy/definition/image-reference.ts';
import { movingTag } from '../../../src/deploy/definition/mutable-tag.ts';

const moving = (tag: string): string | undefined =>
  movingTag(parseImageReference(`team/web:${tag}`));

describe('movingTag', () => {
  it.each(
    `latest LATEST main master develop development dev stable prod production staging stage test edge nightly
     release current main-arm64 main-linux-amd64 latest-alpine main_x86_64 main-arm64-v8 staging.arm64v8 pre-prod uat qa
     canary beta next lts 1.2-latest latest-web prod-latest feature-login hotfix-cart main-latest Release`.split(
      /\s+/,
    ),
  )('%s moves', (tag) => {
    expect(moving(tag)).toContain(`"${tag.toLowerCase() === 'latest' ? 'latest' : tag}"`);
  });

  it.each(
    `1 1.2 1.2.0 v1.2.0 1.2.0-beta 1.2.0-rc.1 2024-05-01 20240501 3f2a1c9 main-3f2a1c9 deadbeef build-1042 1042
     prod-1.2.0 release-7 release-2024.05 staging-64 prod-v7 dev-20240501.3 latest-3f2a1c9 feature-login-3f2a1c9 falcon
     release-falcon sha-abcdef0 r42 pr-17 v2 1.2.0-alpine 22-slim`.split(/\s+/),
  )('%s is pinned enough', (tag) => {
    expect(moving(tag)).toBeUndefined();
  });

  it('no tag means latest', () => {
    expect(movingTag(parseImageReference('registry.example:5000/team/web'))).toMatch(/no tag/);
  });

  it('a digest is always pinned', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(movingTag(parseImageReference(`web:latest@${digest}`))).toBeUndefined();
    expect(movingTag(parseImageReference(`web@${digest}`))).toBeUndefined();
  });

  it('versions, build numbers and commit hashes are fine, whatever branch stands before them', () => {
    const pinned = fc.oneof(
      fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.')),
      fc.nat().map(String),
      fc.stringMatching(/^[0-9a-f]{7,40}$/).filter((hash) => /\d/.test(hash)),
    );
    const branch = fc.constantFrom('', 'main-', 'develop-', 'staging_', 'release-', 'prod.');
    fc.assert(
      fc.property(branch, pinned, (prefix, version) => {
        expect(moving(prefix + version)).toBeUndefined();
      }),
    );
  });
});

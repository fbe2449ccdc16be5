/**
 * Which tags are sure to move. A deploy of a moving tag cannot be repeated or rolled back, so it is refused. Only tags that
 * are plainly a branch, a stage or a channel count: whatever holds a version, a commit hash, a date or a build number is fine.
 */
import type { ImageReference } from './image-reference.ts';

/** Words that name a branch, a stage or a channel. */
const MOVING: ReadonlySet<string> = new Set(
  `latest main master trunk head tip mainline develop development dev
   stable release released current default live production prod prd
   staging stage stg preprod uat qa test testing sandbox demo integration
   edge nightly daily weekly canary next unstable experimental preview snapshot rolling
   alpha beta rc candidate lts newest
   feature feat bugfix hotfix`.split(/\s+/),
);

/** Words that say for what platform or on what base an image is built; they pin nothing, although some hold digits. */
const FLAVOUR =
  /^(?:linux|windows|darwin|amd64|x86|x64|i?386|i686|arm|arm64|aarch64|arm32|armhf|armv\d+l?|ppc64le|s390x|riscv64|alpine|debian|ubuntu|slim|bookworm|bullseye|buster|trixie|jammy|noble|distroless|scratch|ubi\d*|amazonlinux|al2023|full|fat|minimal|debug|multiarch|image|branch|build|pre)$/;

/** Begin the name of a branch whose rest may be any words. */
const BRANCH_PREFIX: ReadonlySet<string> = new Set(['feature', 'feat', 'bugfix', 'hotfix']);

/** A word that no branch name carries by chance: commit hash, date, long build number. */
const UNIQUE = /^(?=.*\d)[0-9a-z]{6,}$/;

/**
 * Why the reference may name another image tomorrow, as the end of a sentence; undefined when it is pinned enough.
 * A digest always is.
 */
export function movingTag(image: ImageReference): string | undefined {
  if (image.digest !== undefined) return undefined;
  const { tag } = image;
  if (tag === undefined) return 'has no tag, which means "latest"';
  const words = tag
    .toLowerCase()
    // Platforms written in two words, whose second would look like a version.
    .replaceAll(/x86[-_]64/g, 'x64')
    .replaceAll(/\b(arm(?:32|64)?)[-_]?v[5-9]\b/g, '$1')
    .split(/[-_.]+/)
    .filter((word) => word !== '');
  const moving = words.find((word) => MOVING.has(word));
  if (moving === undefined) return undefined;
  const others = words.filter((word) => !MOVING.has(word) && !FLAVOUR.test(word));
  // "1.2-latest" moves within a version; only a hash or a date pins the word "latest".
  const pins = words.includes('latest') ? UNIQUE : /\d/;
  if (others.some((word) => pins.test(word))) return undefined;
  const named = others.length === 0 || words.includes('latest');
  if (!named && !BRANCH_PREFIX.has(words[0] ?? '')) return undefined;
  return tag.toLowerCase() === 'latest'
    ? 'has the tag "latest", which moves with every push'
    : `has the tag "${tag}", which is named like a branch or stage and moves with every push`;
}

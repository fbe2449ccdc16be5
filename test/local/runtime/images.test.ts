import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { ImagesFile, noImages } from '../../../src/local/runtime/images.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-images-'));
  file = join(folder, 'images.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Replaces the file as an editor does. */
function write(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function images(text: string, variables: Readonly<Record<string, string>> = {}): ImagesFile {
  write(text);
  return new ImagesFile(file, variables);
}

function problemOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function messageFor(text: string): string {
  const problem = problemOf(() => images(text));
  if (!(problem instanceof UserError)) throw problem;
  expect(problem).toMatchObject({ code: 'IMAGES_FILE_INVALID', exitCode: 2 });
  return problem.message.replaceAll(`${file}:`, 'images.yaml:');
}

const EXAMPLE = `
images:
  my-repo/my-app:            # any tag
    command: [node, server.js, 8080, 1.10]
    cwd: ./app
    environment: { GREETING: hello, EMPTY: , NUMBER: 007 }
    healthCheck: { command: [CMD-SHELL, "curl -fs localhost:$PORT/health"] }
  my-repo/my-app:1.2.0:
    command: [./one]
  localhost:5000/x:
    command: [x]
  localhost:5000/y:latest:
    command: [y]
`;

describe('the images file', () => {
  it('says what an image of any tag is; scalars are texts as they are written', () => {
    expect(images(EXAMPLE).find('my-repo/my-app:3')).toEqual({
      command: ['node', 'server.js', '8080', '1.10'],
      cwd: join(folder, 'app'),
      environment: { GREETING: 'hello', EMPTY: '', NUMBER: '007' },
      healthCheckCommand: ['CMD-SHELL', 'curl -fs localhost:$PORT/health'],
    });
  });

  it.each([
    ['my-repo/my-app:1.2.0', './one'],
    ['my-repo/my-app:1.2.1', 'node'],
    ['my-repo/my-app', 'node'],
    [`my-repo/my-app@sha256:${'a'.repeat(64)}`, 'node'],
    [`my-repo/my-app:1.2.0@sha256:${'a'.repeat(64)}`, './one'],
    ['localhost:5000/x:1', 'x'],
    ['localhost:5000/x', 'x'],
    ['localhost:5000/y', 'y'],
  ])('%s is %s: the tag first, then the repository', (image, program) => {
    expect(images(EXAMPLE).find(image).command[0]).toBe(program);
  });

  it('a mistyped image is told which one may be meant', () => {
    const find = (): unknown =>
      images("images: { 'my-repo/my-app': { command: [node] } }").find('my-repo/my-ap:1');
    expect(problemOf(find)).toMatchObject({
      message: expect.stringContaining(
        'does not name it; did you mean my-repo/my-app? Else add images: {',
      ) as string,
    });
  });

  it.each([
    'my-repo/x:1',
    'my-app:1.2.0',
    'localhost:5000/something-else:1',
    `localhost:5000/something-else@sha256:${'a'.repeat(64)}`,
  ])('an image that it does not name cannot be pulled: %s', (image) => {
    expect(problemOf(() => images(EXAMPLE).find(image))).toMatchObject({
      errorClass: 'CannotPullContainerError',
      permanent: true,
      message: expect.stringContaining(
        `CannotPullContainerError: ${image} not found: the images file ${file} does not name it; add images: { `,
      ) as string,
    });
  });

  it('what is no image reference cannot be pulled', () => {
    expect(problemOf(() => images(EXAMPLE).find('My App'))).toMatchObject({
      message: 'CannotPullContainerError: My App: invalid reference format',
      permanent: true,
    });
  });

  it('expands ${VAR} in values after parsing, so that a value adds no structure', () => {
    const text = 'images:\n  a:\n    command: ["${PROGRAM}", "$${PORT}", "${X:-y}"]\n';
    expect(images(text, { PROGRAM: 'x", injected: "y' }).find('a').command).toEqual([
      'x", injected: "y',
      '${PORT}',
      'y',
    ]);
  });
});

describe('a wrong images file names line, column, field and what would be right', () => {
  it.each([
    [
      'images:\n  a: { comand: [x] }',
      'images.yaml:2:3: images.a.command is missing; it must be a list of the program',
    ],
    [
      'images:\n  a: { comand: [x] }',
      'images.yaml:2:8: images.a.comand is an unknown key; did you mean command?',
    ],
    [
      'images:\n  a:\n    command: [x]\n    volumes: []',
      'images.yaml:4:5: images.a.volumes is an unknown key; known keys are command, cwd, environment, healthCheck',
    ],
    ['image: {}', 'images.yaml:1:1: image is an unknown key; did you mean images?'],
    [
      'images:\n  a:\n    command: node server.js',
      'images.yaml:3:5: images.a.command must be a list of the program and its arguments, such as [node, server.js], not "node server.js"',
    ],
    [
      'images:\n  a:\n    command: []',
      'images.yaml:3:5: images.a.command is an empty list; it must be a list of the program',
    ],
    [
      'images:\n  a:\n    command:\n      - node\n      - { a: b }',
      'images.yaml:5:9: images.a.command[1] must be a text, not a mapping',
    ],
    ['images:\n  a: node', 'images.yaml:2:3: images.a must be a mapping with the key command'],
    [
      'images:\n  "my/app:1.0":\n    cwd: x',
      'images.yaml:2:3: images["my/app:1.0"].command is missing; it must be a list',
    ],
    [
      'images:\n  a:\n    command: [x]\n    environment: [A]',
      'images.yaml:4:5: images.a.environment must be a mapping',
    ],
    [
      'images:\n  a:\n    command: [x]\n    environment:\n      B: c\n      A=B: c',
      'images.yaml:6:7: images.a.environment["A=B"] is no name for a variable',
    ],
    [
      'images:\n  a:\n    command: [x]\n    healthCheck: { command: [curl, x] }',
      'images.yaml:4:20: images.a.healthCheck.command must be [CMD, program, argument, ...] or [CMD-SHELL',
    ],
    [
      'images:\n  a:\n    command: [x]\n    healthCheck: { command: [CMD-SHELL, a, b] }',
      'images.a.healthCheck.command must be',
    ],
    [
      'images:\n  a:\n    command: [x]\n    healthCheck: { comand: [CMD, a] }',
      'images.a.healthCheck.comand is an unknown key; did you mean command?',
    ],
    [
      'images:\n  a:\n    command: [x]\n\n    cwd: ${NO_SUCH}',
      'images.yaml:5:5: images.a.cwd has the variable NO_SUCH, which is not set; export it',
    ],
    [
      'images:\n  "a b":\n    command: [x]',
      'images.yaml:2:3: images["a b"] is no image reference; write repository for any tag',
    ],
    [`images:\n  a@sha256:${'a'.repeat(64)}:\n    command: [x]`, 'is no image reference'],
    [
      'images:\n  a:\n    command: [x]\n  a:\n    command: [y]',
      'images.yaml:4:3: this is not YAML: Map keys must be unique',
    ],
    ['images:\n  a: {command: [x}', 'images.yaml:2:18: this is not YAML'],
    ['', 'images.yaml:1:1: the file is empty'],
    ['# nothing\n', 'images.yaml:1:1: the file is empty'],
    ['[]', 'images.yaml:1:1: the file must be a mapping with the key images'],
    ['images: []', 'images.yaml:1:1: images must be a mapping of image references'],
  ])('%j', (text, message) => {
    expect(messageFor(text)).toContain(message);
  });

  it('and every problem at once', () => {
    expect(
      messageFor('images:\n  a: x\n  b: y\n  c: { command: [$] , cwd: "${" }').split('\n'),
    ).toHaveLength(3);
  });

  it('refuses aliases that would grow without bound', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(',')}]`,
    );
    expect(messageFor(`l0: &l0 [x]\n${bomb.join('\n')}\nimages: {}`)).toContain('alias');
  });

  it('a file that does not exist', () => {
    expect(problemOf(() => new ImagesFile(join(folder, 'none.yaml'), {}))).toMatchObject({
      name: 'UserError',
      code: 'IMAGES_FILE_UNREADABLE',
      message: `the images file ${join(folder, 'none.yaml')} does not exist`,
    });
  });

  it('a folder', () => {
    expect(problemOf(() => new ImagesFile(folder, {}))).toMatchObject({
      code: 'IMAGES_FILE_UNREADABLE',
    });
  });
});

describe('an images file that changes', () => {
  it('is read again by the next pull', () => {
    const source = images('images: { a: { command: [x] } }');
    write('images: { a: { command: [yy] } }');
    expect(source.find('a').command).toEqual(['yy']);
  });

  it('fails pulls while it is broken or gone, not for good, and works again when mended', () => {
    const source = images('images: { a: { command: [x] } }');
    write('images: { a: { command: y } }');
    for (let time = 0; time < 2; time++)
      expect(problemOf(() => source.find('a'))).toMatchObject({
        errorClass: 'CannotPullContainerError',
        permanent: false,
        message: expect.stringContaining(
          `a: the images file cannot be used: ${file}:1:16: images.a.command must be`,
        ) as string,
      });
    rmSync(file);
    expect(problemOf(() => source.find('a'))).toMatchObject({
      message: expect.stringContaining('does not exist') as string,
      permanent: false,
    });
    write('images: { a: { command: [z] } }');
    expect(source.find('a').command).toEqual(['z']);
  });
});

it('without an images file every pull says how to give one', () => {
  expect(problemOf(() => noImages.find('a:1'))).toMatchObject({
    errorClass: 'CannotPullContainerError',
    permanent: true,
    message: expect.stringContaining('--images FILE') as string,
  });
});

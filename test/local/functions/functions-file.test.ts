import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { UserError } from '../../../src/base/errors.ts';
import { FunctionsFile } from '../../../src/local/functions/functions-file.ts';
import { FunctionError, noFunctions } from '../../../src/local/functions/functions.ts';
import { silentLog } from '../../../src/local/log.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:smoke';
const never = new AbortController().signal;

let folder: string;
let file: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-functions-'));
  file = join(folder, 'functions.yaml');
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  rmSync(folder, { recursive: true });
});

/** Replaces the file as an editor does. */
function write(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function functions(text: string, host: Readonly<Record<string, string>> = {}): FunctionsFile {
  write(text);
  return new FunctionsFile({ file, host, clock: systemClock, log: silentLog });
}

async function failureOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A web server; its address. */
function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** A server that answers with the path. */
const echoPath: RequestListener = (request, response) => response.end(request.url);

describe('the functions file', () => {
  it.each([
    ['smoke', ARN, '/name'],
    ['smoke', `${ARN}:PROD`, '/name'],
    ['smoke', 'arn:aws:lambda:us-east-1:210987654321:function:smoke:3', '/name'],
    ['exact', `${ARN.replace('smoke', 'exact')}:PROD`, '/prod'],
    ['exact', `${ARN.replace('smoke', 'exact')}:TEST`, '/any'],
    ['exact', ARN.replace('smoke', 'exact'), '/any'],
    ['exact', ARN.replace('eu-west-1', 'us-east-1').replace('smoke', 'exact'), '/exact'],
  ])(
    'names %s for %s: the whole ARN first, then without a version, then the name',
    async (_name, arn, path) => {
      const url = await serve(echoPath);
      const exact = ARN.replace('smoke', 'exact');
      const source = functions(`functions:
  smoke: { url: '${url}/name' }
  exact: { url: '${url}/exact' }
  ${exact}: { url: '${url}/any' }
  ${exact}:PROD: { url: '${url}/prod' }
`);
      expect(await source.invoke(arn, '{}', never)).toBe(path);
    },
  );

  it('says what to add for a function that it does not name', async () => {
    const source = functions('functions: { other: { command: [x] } }');
    expect(await failureOf(() => source.invoke(`${ARN}:1`, '{}', never))).toMatchObject({
      name: 'FunctionError',
      kind: 'not-invoked',
      message: `the functions file ${file} does not name it; add functions: { smoke: { command: [program, argument] } }`,
    });
  });

  it('knows no other ARNs than those of functions', async () => {
    const source = functions('functions: { x: { command: [x] } }');
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:layer:x';
    expect(await failureOf(() => source.invoke(arn, '{}', never))).toMatchObject({
      kind: 'not-invoked',
      message: `${arn} is not the ARN of a Lambda function`,
    });
  });

  it('expands ${VAR} in values', async () => {
    const url = await serve(echoPath);
    const source = functions('functions: { smoke: { url: "${BASE}/x" } }', { BASE: url });
    expect(await source.invoke(ARN, '{}', never)).toBe('/x');
  });
});

describe('a wrong functions file names line, column, field and what would be right', () => {
  it.each([
    ['', 'functions.yaml:1:1: the file is empty; it must have the key functions'],
    ['[]', 'functions.yaml:1:1: the file must be a mapping with the key functions'],
    ['function: {}', 'functions.yaml:1:1: function is an unknown key; did you mean functions?'],
    ['functions: []', 'functions.yaml:1:1: functions must be a mapping of functions'],
    [
      'functions:\n  a: x',
      'functions.yaml:2:3: functions.a must be a mapping with the key command or url',
    ],
    ['functions:\n  a: {}', 'functions.yaml:2:3: functions.a must have a command or a url'],
    [
      'functions:\n  a: { command: [x], url: "http://localhost/" }',
      'functions.yaml:2:3: functions.a must have either a command or a url, not both',
    ],
    [
      'functions:\n  a:\n    command: node x',
      'functions.yaml:3:5: functions.a.command must be a list',
    ],
    [
      'functions:\n  a:\n    comand: [x]',
      'functions.yaml:3:5: functions.a.comand is an unknown key; did you mean command?',
    ],
    [
      'functions:\n  a:\n    url: http://127.0.0.1:1/\n    cwd: .',
      'functions.yaml:4:5: functions.a.cwd belongs to a command; a url has none',
    ],
    [
      'functions:\n  a:\n    command: [x]\n    environment: [x]',
      'functions.yaml:4:5: functions.a.environment must be a mapping of names to texts',
    ],
    ...['localhost:80', 'ftp://localhost/', '/hook', 'http://user:secret@localhost/'].map(
      (url): [string, string] => [
        `functions:\n  a:\n    url: "${url}"`,
        'functions.yaml:3:5: functions.a.url must be an http or https URL without a user and a password, such as http://127.0.0.1:9000/hook',
      ],
    ),
    ...['"a b"', 'smoke:PROD', '"arn:aws:lambda:eu-west-1:1:function:x"'].map(
      (name): [string, string] => [
        `functions:\n  ${name}: { command: [x] }`,
        'is no function; write its name, such as smoke, or its whole ARN, such as arn:aws:lambda:us-east-1:123456789012:function:smoke',
      ],
    ),
    [
      'functions:\n  a:\n    command: ["${NO_SUCH}"]',
      'functions.yaml:3:15: functions.a.command[0] has the variable NO_SUCH, which is not set; export it',
    ],
  ])('%j', async (text, message) => {
    const problem = await failureOf(() => functions(text));
    if (!(problem instanceof UserError)) throw problem;
    expect(problem).toMatchObject({ code: 'FUNCTIONS_FILE_INVALID', exitCode: 2 });
    const shown = problem.message.replaceAll(`${file}:`, 'functions.yaml:');
    expect(shown).toContain(message);
    expect(shown).not.toContain('secret');
  });

  it('a file that does not exist', async () => {
    const host = {};
    expect(
      await failureOf(() => new FunctionsFile({ file, host, clock: systemClock, log: silentLog })),
    ).toMatchObject({
      name: 'UserError',
      code: 'FUNCTIONS_FILE_UNREADABLE',
      message: `the functions file ${file} does not exist`,
    });
  });
});

describe('a functions file that changes', () => {
  it('is read again by the next invocation; a broken one fails it, until it is mended', async () => {
    const url = await serve(echoPath);
    const source = functions(`functions: { smoke: { url: '${url}/1' } }`);
    write(`functions: { smoke: { url: '${url}/two' } }`);
    expect(await source.invoke(ARN, '{}', never)).toBe('/two');
    write('functions: { smoke: x }');
    expect(await failureOf(() => source.invoke(ARN, '{}', never))).toMatchObject({
      kind: 'not-invoked',
      message: expect.stringContaining(
        `the functions file cannot be used: ${file}:1:14: functions.smoke must be a mapping`,
      ) as string,
    });
    write(`functions: { smoke: { url: '${url}/3' } }`);
    expect(await source.invoke(ARN, '{}', never)).toBe('/3');
  });
});

describe('a function with a URL', () => {
  const invoke = (url: string, payload = '{}', signal = never): Promise<string> =>
    functions(`functions: { smoke: { url: '${url}' } }`).invoke(ARN, payload, signal);

  it('gets the payload posted, and its body is the answer', async () => {
    let seen: unknown;
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url: path, headers } = request;
        const body = Buffer.concat(chunks).toString();
        seen = { method, path, body, type: headers['content-type'] };
        response.end('{"hookStatus":"SUCCEEDED"}');
      });
    });
    expect(await invoke(`${url}/hook?key=1`, '{"a":"ü"}')).toBe('{"hookStatus":"SUCCEEDED"}');
    expect(seen).toEqual({
      ...{ method: 'POST', path: '/hook?key=1', body: '{"a":"ü"}' },
      type: 'application/json',
    });
  });

  it.each([500, 404, 302, 303])('has failed when it answers with status %d', async (status) => {
    let count = 0;
    const url = await serve((_request, response) => {
      count++;
      response.writeHead(status, { location: '/elsewhere' });
      response.end('the database is away\nand more');
    });
    const error = await failureOf(() => invoke(`${url}/hook?key=secret`));
    expect(error).toMatchObject({
      kind: 'failed',
      message: `${url}/hook answered with status ${status}: the database is away`,
    });
    expect(count).toBe(1);
  });

  it('is not there when nobody listens', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const found = (server.address() as AddressInfo).port;
        server.close(() => resolve(found));
      });
    });
    expect(await failureOf(() => invoke(`http://127.0.0.1:${port}/`))).toMatchObject({
      kind: 'not-invoked',
      message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/) as string,
    });
  });

  it('has failed when it breaks off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"hook', () => response.destroy());
    });
    expect(await failureOf(() => invoke(url))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('broke off its answer') as string,
    });
  });

  it('has failed when its answer is longer than Lambda would return', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(7 * 2 ** 20)));
    const error = await failureOf(() => invoke(url));
    expect(error).toBeInstanceOf(FunctionError);
    expect(error).toMatchObject({ kind: 'failed', message: 'its answer is longer than 6 MB' });
  });

  it('is let go when nobody waits any more', async () => {
    const cancel = new AbortController();
    const gone = Promise.withResolvers<undefined>();
    const url = await serve((request, response) => {
      response.once('close', () => gone.resolve(undefined));
      request.once('end', () => cancel.abort());
      request.resume();
    });
    await failureOf(() => invoke(url, '{}', cancel.signal));
    await gone.promise;
  });
});

it('without a functions file every invocation says how to give one', async () => {
  expect(await failureOf(() => noFunctions.invoke(ARN, '{}', never))).toMatchObject({
    kind: 'not-invoked',
    message: expect.stringContaining('--functions FILE') as string,
  });
});

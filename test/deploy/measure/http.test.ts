import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type { HttpCheck } from '../../../src/deploy/configuration/configuration.ts';
import { measureHttp } from '../../../src/deploy/measure/http.ts';
import { accessBy, always, serve } from './http-server.ts';

const check = (url: string, change: Partial<HttpCheck> = {}): HttpCheck => ({
  ...{ kind: 'http', name: 'smoke', onNoData: 'wait', deadlineMs: 1, moments: ['test'] },
  ...{ url, expect: 200, json: {} },
  ...change,
});

const VERSION = JSON.stringify({ version: '2.0.0', status: 'ok', password: 'hunter2' });

describe('a check by HTTP', () => {
  it('passes with the status that is expected', async () => {
    const host = await serve(always(200, 'fine'));
    expect(await measureHttp(accessBy(), check(`http://${host}/health`))).toMatchObject({
      ...{ outcome: 'pass', text: `http://${host}/health answers 200`, value: 200, limit: 200 },
    });
    const gone = check(`http://${host}/`, { expect: 410 });
    expect(await measureHttp(accessBy(), gone)).toMatchObject({
      ...{ outcome: 'fail', text: `http://${host}/ answers 200 and not 410` },
    });
  });

  it('asks once, by GET, with path and query, and without credentials of its own', async () => {
    const seen: unknown[] = [];
    const host = await serve((request, response) => {
      const { method, url, headers } = request;
      seen.push([method, url, headers.authorization, headers.cookie]);
      response.end();
    });
    await measureHttp(accessBy(), check(`http://${host}/a/b?c=d`));
    expect(seen).toEqual([['GET', '/a/b?c=d', undefined, undefined]]);
  });

  it('compares members of a JSON answer, and leaves the others alone', async () => {
    const host = await serve(always(200, VERSION));
    const good = check(`http://${host}/`, { json: { version: '2.0.0', status: 'ok' } });
    expect(await measureHttp(accessBy(), good)).toMatchObject({
      ...{ outcome: 'pass', text: `http://${host}/ answers 200 with version, status as expected` },
    });
    const old = check(`http://${host}/`, { json: { version: '2.1.0' } });
    expect(await measureHttp(accessBy(), old)).toMatchObject({
      ...{
        outcome: 'fail',
        text: `http://${host}/ answers 200, but version is "2.0.0" and not "2.1.0"`,
      },
    });
  });

  it.each(['<html>', '', '{"version":'])(
    'fails where JSON is wanted and %j comes',
    async (body) => {
      const host = await serve(always(200, body));
      const wanted = check(`http://${host}/`, { json: { version: '2.0.0' } });
      expect(await measureHttp(accessBy(), wanted)).toMatchObject({
        ...{ outcome: 'fail', text: `http://${host}/ answers 200, but no JSON` },
      });
    },
  );

  it('follows no redirect', async () => {
    let asked = 0;
    const host = await serve((_request, response) => {
      asked++;
      response.writeHead(302, { location: '/login' }).end();
    });
    const seen = await measureHttp(accessBy(), check(`http://${host}/`));
    expect(seen.text).toBe(`http://${host}/ answers 302 and not 200 (redirects are not followed)`);
    expect(seen.outcome).toBe('fail');
    const wanted = check(`http://${host}/`, { expect: 302 });
    expect(await measureHttp(accessBy(), wanted)).toMatchObject({ outcome: 'pass' });
    expect(asked).toBe(2);
  });
});

describe('no answer', () => {
  it('does not decide: a connection may be refused for once', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const seen = await measureHttp(accessBy(), check(`http://127.0.0.1:${port}/`));
    expect(seen).toMatchObject({
      ...{ outcome: 'inconclusive', value: undefined },
      text: `http://127.0.0.1:${port}/ does not answer: ECONNREFUSED`,
    });
  });

  it('is a connection that is dropped, and an answer that breaks off', async () => {
    const dropping = await serve((request) => request.socket.destroy());
    const dropped = await measureHttp(accessBy(), check(`http://${dropping}/`));
    expect(dropped).toMatchObject({ outcome: 'inconclusive' });
    expect(dropped.text).toMatch(/ does not answer: /);
    const breaking = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => request.socket.destroy());
    });
    const wanted = check(`http://${breaking}/`, { json: { version: '2.0.0' } });
    expect(await measureHttp(accessBy(), wanted)).toMatchObject({ outcome: 'inconclusive' });
  });

  it('is one that does not come within ten seconds, headers or body', async () => {
    for (const listener of [
      (): void => undefined,
      (_request: unknown, response: { write: (text: string) => void }): void =>
        response.write('{"version":'),
    ]) {
      const clock = new VirtualClock();
      const host = await serve(listener);
      let seen: unknown;
      const wanted = check(`http://${host}/`, { json: { version: '2.0.0' } });
      const looking = measureHttp(accessBy(clock), wanted).then((found) => (seen = found));
      await clock.advance(9_999);
      expect(seen).toBeUndefined();
      await clock.advance(1);
      await looking;
      expect(seen).toMatchObject({
        ...{ outcome: 'inconclusive', text: `http://${host}/ does not answer within 10 seconds` },
      });
    }
  });

  it('is a body without an end', async () => {
    const host = await serve((_request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(64 * 1024), more);
      };
      more();
    });
    const wanted = check(`http://${host}/`, { json: { version: '2.0.0' } });
    expect(await measureHttp(accessBy(), wanted)).toMatchObject({
      ...{ outcome: 'inconclusive', text: `http://${host}/ answers with more than 1024 KiB` },
    });
    // A body that nobody wants is not read.
    expect(await measureHttp(accessBy(), check(`http://${host}/`))).toMatchObject({
      outcome: 'pass',
    });
  });

  it('is not waited for after an interruption', async () => {
    const reason = new Error('SIGINT');
    for (const beginning of [undefined, '{"version":']) {
      const controller = new AbortController();
      const host = await serve((_request, response) => {
        if (beginning === undefined) controller.abort(reason);
        else response.write(beginning, () => controller.abort(reason));
      });
      const wanted = check(`http://${host}/`, { json: { version: '2.0.0' } });
      const looking = measureHttp(accessBy(undefined, controller.signal), wanted);
      await expect(looking).rejects.toBe(reason);
    }
  });
});

describe('secrets', () => {
  it('in the userinfo of a URL go to the server alone, as its Authorization', async () => {
    const seen: unknown[] = [];
    const host = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(503).end();
    });
    const url = `http://fair%3Alead:p%40ss%@${host}/health?token=hunter2#key`;
    const { text, outcome } = await measureHttp(accessBy(), check(url));
    expect(seen).toEqual([`Basic ${Buffer.from('fair:lead:p%40ss%').toString('base64')}`]);
    expect(outcome).toBe('fail');
    expect(text).toBe(`http://${host}/health answers 503 and not 200`);
  });

  it('in a body stay there', async () => {
    const host = await serve(always(200, VERSION));
    for (const json of [{ version: '9' }, { nothing: 1 }, { status: { deep: 1 } }]) {
      const seen = await measureHttp(accessBy(), check(`http://${host}/`, { json }));
      expect(seen.outcome).toBe('fail');
      expect(seen.text).not.toContain('hunter2');
    }
  });

  it.each(['user:hunter2@example.com', 'ftp://a:hunter2@127.0.0.1/', 'hunter2', ''])(
    'in what is no URL to ask stay there: %j',
    async (url) => {
      expect(await measureHttp(accessBy(), check(url))).toMatchObject({
        ...{ outcome: 'fail', text: 'the url of the check is no http or https URL' },
      });
    },
  );
});

import { createServer } from 'node:http';

/**
 * A gateway that follows the contract, for one task that a test updates: its entity tag covers `stale`, `Prefer: wait`
 * delays a response, and streams forbid proxies to transform them. Allows pages of any origin.
 */
export async function contractGateway({ pollAfterMs = 400 } = {}) {
  const seen = [];
  const waiting = new Set();
  let streams = 0;
  const checkedAt = Date.now();
  let now = { status: 'waiting', stale: false, refusal: null };
  const tag = () => `${now.status}-${now.stale}`;
  const body = () => {
    const terminal = ['done', 'failed', 'canceled'].includes(now.status);
    return {
      status: now.status,
      terminal,
      progress: { finished: Number(terminal), total: 1, percent: terminal ? 100 : 0 },
      jobs: [{ id: 'a', status: now.status }],
      checkedAt: new Date(checkedAt).toISOString(),
      stale: now.stale,
      ...(!terminal && { pollAfterMs }),
    };
  };
  const event = () => `event: status\nid: ${tag()}\ndata: ${JSON.stringify(body())}\n\n`;
  const cors = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': 'Accept, Content-Type, If-None-Match, Last-Event-ID, Prefer, Authorization, X-Request-Id',
    'Access-Control-Expose-Headers': 'ETag, Age, Cache-Status, Retry-After, Preference-Applied, X-Request-Id',
    'Access-Control-Max-Age': '600',
  };

  function status(request, response, entry) {
    const known = request.headers['if-none-match'];
    const wait = /^wait=(\d+)$/.exec(request.headers.prefer ?? '')?.[1];
    const reply = () => {
      waiting.delete(reply);
      clearTimeout(timer);
      const same = known === `W/"${tag()}"`;
      entry.status = same ? 304 : 200;
      response.writeHead(entry.status, {
        ...cors,
        ETag: `W/"${tag()}"`,
        'Cache-Control': `private, max-age=${now.stale ? 0 : 1}`,
        'Cache-Status': `rodin-gateway; hit${now.stale ? '; detail=stale' : ''}`,
        Age: String(Math.floor((Date.now() - checkedAt) / 1000)),
        ...(body().pollAfterMs && { 'Retry-After': String(Math.ceil(pollAfterMs / 1000)) }),
        ...(wait && { 'Preference-Applied': `wait=${wait}` }),
        ...(!same && { 'Content-Type': 'application/json' }),
      });
      response.end(same ? undefined : JSON.stringify(body()));
    };
    let timer;
    if (wait && known === `W/"${tag()}"` && !body().terminal) {
      waiting.add(reply);
      timer = setTimeout(reply, wait * 1000);
      response.on('close', () => (waiting.delete(reply), clearTimeout(timer)));
    } else reply();
  }

  function events(request, response) {
    response.writeHead(200, { ...cors, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' });
    response.write('retry: 100\n');
    const send = () => {
      response.write(event());
      if (body().terminal) response.end();
      else waiting.add(send);
    };
    if (request.headers['last-event-id'] === tag()) waiting.add(send);
    else send();
    streams++;
    response.on('close', () => {
      streams--;
      waiting.delete(send);
    });
  }

  const server = createServer((request, response) => {
    if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
    const what = request.url.split('/').at(-1);
    const entry = { what, at: Date.now(), headers: request.headers, status: 200 };
    seen.push(entry);
    if (now.refusal) {
      const { status, code, retryAfter } = now.refusal;
      entry.status = status;
      response.writeHead(status, { ...cors, 'Content-Type': 'application/problem+json', 'Retry-After': retryAfter });
      return response.end(JSON.stringify({ title: 'Refused', status, detail: 'A sentence.', code }));
    }
    return what === 'events' ? events(request, response) : status(request, response, entry);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    /** Returns the number of open streams. */
    streams: () => streams,
    /** Updates the task, and notifies all waiting requests. */
    move(change) {
      now = { ...now, ...change };
      for (const send of [...waiting]) {
        waiting.delete(send);
        send();
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

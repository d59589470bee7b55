import { createServer } from 'node:http';

/** A scripted gateway on a real socket: each request is handled by the next handler of its path's script. */
export async function stub(scripts) {
  const seen = [];
  const failures = [];
  const server = createServer(async (request, response) => {
    const what = request.url.split('/').at(-1);
    const entry = { what, at: Date.now(), method: request.method, url: request.url, headers: request.headers, closed: false };
    seen.push(entry);
    response.on('close', () => (entry.closed = true));
    const turn = seen.filter((earlier) => earlier.what === what).length - 1;
    const handler = scripts[what]?.[turn];
    if (!handler) {
      failures.push(new Error(`no answer is scripted for ${what} number ${turn + 1}`));
      response.writeHead(404, { 'Content-Type': 'application/problem+json' });
      response.end(JSON.stringify({ title: 'Off the script', status: 404, detail: '', code: 'off-script' }));
      return;
    }
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    handler(response, request, body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    seen,
    /** Returns the requests of one kind, in order. */
    of: (what) => seen.filter((request) => request.what === what),
    async close({ offScript = false } = {}) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (failures.length && !offScript) throw failures[0];
    },
  };
}

export const task = (status, more = {}) => ({
  status,
  terminal: ['done', 'failed', 'canceled'].includes(status),
  progress: { finished: 0, total: 1, percent: 0 },
  jobs: [{ id: 'a', status }],
  checkedAt: '2026-11-23T19:17:46.123Z',
  stale: false,
  pollAfterMs: 20,
  ...more,
});

export const answer = (body, tag, headers = {}) => (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', ETag: `W/"${tag}"`, ...headers });
  response.end(JSON.stringify(body));
};

export const notModified = (tag, headers = {}) => (response) => {
  response.writeHead(304, { ETag: `W/"${tag}"`, ...headers });
  response.end();
};

export const problem = (status, code, headers = {}, more = {}) => (response) => {
  response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ title: `Title of ${code}`, status, detail: 'A sentence.', code, ...more }));
};

export const event = (body, id) => `event: status\nid: ${id}\ndata: ${JSON.stringify(body)}\n\n`;

/** A stream that sends these events and then ends, or stays open. */
export const stream = (texts, { open = false, type = 'text/event-stream' } = {}) => (response) => {
  response.writeHead(200, { 'Content-Type': type });
  response.flushHeaders();
  texts.forEach((text) => response.write(text));
  if (!open) response.end();
};

/** Never responds. */
export const silence = () => {};

/** Closes the connection without a response. */
export const cut = (response) => response.socket.destroy();

/** Waits until a condition holds. */
export async function until(condition, what, limit = 10_000) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what ?? condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

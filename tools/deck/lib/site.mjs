// Serves a built Deck as it is, but for settings-local.js.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.map': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.gif': 'image/gif', '.ico': 'image/x-icon', '.woff': 'font/woff', '.woff2': 'font/woff2',
};

// serveDeck returns {origin, stop}; gate is set once the API's address is known.
export async function serveDeck(dir, settingsFile) {
  const site = { gate: '' };
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://deck').pathname).replace(/^\/$/, '/index.html');
    try {
      const body =
        path === '/settings-local.js'
          ? (await readFile(settingsFile, 'utf8')).replaceAll('GATE_URL', site.gate)
          : await readFile(join(dir, path));
      response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  site.origin = `http://127.0.0.1:${server.address().port}`;
  site.stop = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  return site;
}

// serveCharts is a Helm repository with one chart; it returns {url, stop}.
export async function serveCharts() {
  const index = 'apiVersion: v1\nentries:\n  nginx:\n    - {name: nginx, version: 1.2.3, urls: [nginx-1.2.3.tgz]}\n';
  const server = createServer((request, response) => {
    const found = request.url === '/index.yaml';
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/yaml' }).end(found ? index : '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))) };
}

// A page of Deck, and a record of all that goes wrong behind it.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

// patience is how many times longer than usual a slow machine may take.
export const patience = Number(process.env.DECK_PATIENCE ?? 1);

// Deck's index.html takes these from a CDN; here they come from npm.
const cdn = {
  'https://code.jquery.com/jquery-3.7.1.min.js': require.resolve('jquery/dist/jquery.min.js'),
  'https://code.jquery.com/ui/1.14.2/jquery-ui.min.js': require.resolve('jquery-ui/dist/jquery-ui.min.js'),
};

export class Browsing {
  static async start(context, site, results) {
    await context.route((url) => url.origin !== site.origin && url.origin !== site.gate, async (route) => {
      const file = cdn[route.request().url()];
      if (file) await route.fulfill({ body: await readFile(file), contentType: 'text/javascript' });
      else await route.abort();
    });
    return new Browsing(await context.newPage(), site, results);
  }

  constructor(page, site, results) {
    Object.assign(this, { page, site, results, where: 'start', shots: 0, requests: [], errors: [], expected: [] });
    page.setDefaultTimeout(8_000 * patience);
    page.on('response', (response) => {
      const url = response.url();
      if (!url.startsWith(site.gate)) return;
      const request = response.request();
      if (request.method() === 'OPTIONS') return;
      this.requests.push({ where: this.where, method: request.method(), path: decodeURI(url.slice(site.gate.length)), status: response.status(), body: request.postData() ?? undefined });
    });
    page.on('requestfailed', (request) => {
      // What the browser gives up because the page is left is no fault.
      const reason = request.failure()?.errorText;
      if (request.url().startsWith(site.gate) && reason !== 'net::ERR_ABORTED') {
        this.errors.push({ where: this.where, kind: 'request failed', text: `${request.method()} ${request.url()}: ${reason}` });
      }
    });
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      // The responses above tell it better.
      if (message.text().startsWith('Failed to load resource')) return;
      this.errors.push({ where: this.where, kind: 'console', text: message.text() });
    });
    page.on('pageerror', (error) => this.errors.push({ where: this.where, kind: 'exception', text: error.stack ?? String(error) }));
  }

  // begin names what is done next, and leaves what is left of the step before.
  async begin(where) {
    this.where = where;
    await this.page.goto('about:blank');
  }

  // go opens a place in Deck, as a link from outside does.
  async go(path) {
    await this.page.goto(`${this.site.origin}/#${path}`);
  }

  // settled waits until no request is under way for a moment.
  async settled() {
    await this.page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {}); // Deck polls
  }

  // shot keeps a screenshot.
  async shot(name) {
    this.shots++;
    const file = `${String(this.shots).padStart(3, '0')}-${name.replace(/[^a-z0-9]+/gi, '-')}.png`;
    await this.page.screenshot({ path: join(this.results, file) });
  }

  // expect says that the present step makes the server or Deck complain, and why
  // that is right.
  expect(matches) {
    this.expected.push({ where: this.where, matches });
  }

  // faults are the answers and errors that nobody expected.
  faults(where) {
    const all = [...this.requests.filter((r) => r.status >= 300), ...this.errors];
    return all.filter((f) => (!where || f.where === where) && !this.expected.some((e) => e.where === f.where && e.matches(f)));
  }

  async save() {
    await writeFile(join(this.results, 'requests.json'), JSON.stringify(this.requests, null, 1));
    await writeFile(join(this.results, 'faults.json'), JSON.stringify(this.faults(), null, 1));
  }
}

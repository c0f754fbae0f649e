// A Kubernetes sandbox, Gennaker, a built Deck and a browser, all on free ports.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { Browsing } from './browsing.mjs';
import { Gate } from './gate.mjs';
import { start } from './process.mjs';
import { serveCharts, serveDeck } from './site.mjs';

const here = import.meta.dirname;
const repository = resolve(here, '../../..');

// The account and the namespace that the walk deploys to.
export const account = 'sandbox';
export const namespace = 'default';

// open starts everything. What it leaves is in results: logs and screenshots.
export async function open() {
  const deckDir = process.env.DECK_DIR;
  if (!deckDir) throw new Error('DECK_DIR is not set: it is the directory of a built Deck; tools/deck/build makes one');
  const results = resolve(process.env.DECK_RESULTS ?? join(repository, 'bin/deck-walk'));
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  const dir = await mkdtemp(join(tmpdir(), 'deck-walk-'));

  const closers = [() => rm(dir, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const kubeconfig = join(dir, 'kubeconfig');
    const sandbox = await start(process.env.GENNAKER_SANDBOX ?? join(repository, 'bin/sandbox'),
      ['up', '--dir', join(dir, 'sandbox'), '--kubeconfig', kubeconfig],
      { logFile: join(results, 'sandbox.log'), ready: (line) => line === 'ready' || undefined });
    closers.push(sandbox.stop);

    const site = await serveDeck(resolve(deckDir), join(here, '../settings-local.js'));
    closers.push(site.stop);
    const charts = await serveCharts();
    closers.push(charts.stop);

    const config = join(dir, 'gennaker.yaml');
    await writeFile(config, JSON.stringify({ // JSON is YAML
      server: { listen: '127.0.0.1:0', cors: { allowedOrigins: [site.origin] } },
      kubernetes: { accounts: [{ name: account, kubeconfigFile: kubeconfig }] },
      artifacts: {
        github: { accounts: [{ name: 'github' }] }, gitrepo: { accounts: [{ name: 'git' }] },
        helm: { accounts: [{ name: 'helm', repository: charts.url }] },
      },
      webhook: { preconfigured: [{ type: 'notifyHook', label: 'Notify', url: 'https://example.com/', method: 'POST', parameters: [{ name: 'about', label: 'About', type: 'string' }] }] },
      job: {
        preconfigured: {
          kubernetes: [{
            type: 'helloJob', label: 'Hello', account, cloudProvider: 'kubernetes', waitForCompletion: true,
            parameters: [{ name: 'WHO', label: 'Who', mapping: 'manifest.spec.template.spec.containers[0].env[0].value' }],
            manifest: {
              apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'hello', namespace },
              spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.36', env: [{ name: 'WHO', value: '' }] }] } } },
            },
          }],
        },
      },
    }));
    const gennaker = await start(process.env.GENNAKER ?? join(repository, 'bin/gennaker'),
      ['serve', '--config', config, '--data-dir', join(dir, 'data')],
      { logFile: join(results, 'gennaker.log'), ready: (line) => line.match(/msg=ready address=(\S+)/)?.[1] });
    closers.push(gennaker.stop);
    site.gate = `http://${gennaker.value}`;

    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'], // it shows our own pages only, and may run as root in CI
      headless: true,
    });
    closers.push(() => browser.close());
    const context = await browser.newContext({ viewport: { width: 1500, height: 1000 }, acceptDownloads: true });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: site.origin });
    const browsing = await Browsing.start(context, site, results);
    return { browsing, page: browsing.page, gate: new Gate(site.gate), origin: site.origin, results, close };
  } catch (error) {
    await close();
    throw error;
  }
}

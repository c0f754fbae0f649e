// What runs in Kubernetes: deployed, shown and changed from Deck.
import assert from 'node:assert/strict';
import { addStage, edit, modal, openPipeline, press, savePipeline } from '../lib/deck.mjs';
import { account, namespace } from '../lib/environment.mjs';

const labels = { app: 'shop', tier: 'web' };
const port = { port: 80 };
const backend = { service: { name: 'shop-web', port: { number: 80 } } };

const deployment = (image) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop-web', namespace, labels },
  spec: {
    replicas: 3, selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }] } },
  },
});

const around = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop-web', namespace }, spec: { selector: labels, ports: [port] } },
  {
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'shop-door', namespace },
    spec: { rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'shop-wall', namespace },
    spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'], ingress: [{ ports: [port] }] },
  },
];

const asYAML = (manifests) => manifests.map((m) => JSON.stringify(m, null, 2)).join('\n---\n');

const manifest = (gate, name) => gate.get(`/manifests/${account}/${namespace}/${encodeURIComponent(name)}`);
const pane = (page) => page.locator('.detail-content, .details-panel').last();
const manager = `serverGroupManagerDetails/kubernetes/${account}/${namespace}/deployment%20shop-web`;

async function openManager({ browsing, page }) {
  await browsing.go(`/applications/shop/clusters/${manager}`);
  await page.getByText('Deployment Actions').waitFor();
}

async function action(page, menu, item) {
  await page.getByText(menu).click();
  await page.locator('.dropdown-menu:visible').getByText(item, { exact: true }).click();
}

// done waits for the end of the task that the dialog watches.
async function done(page) {
  await modal(page).getByText('Operation succeeded!').waitFor({ timeout: 30_000 });
  await press(page, 'Close');
}

const serverGroup = (page, version) => page.locator('.server-group', { hasText: version });

export function infrastructure(step) {
  step('a pipeline that deploys, made in the editor', async (w) => {
    const { page, gate } = w;
    await gate.task('shop', 'Create', { type: 'createApplication', application: { name: 'shop', email: 'shop@example.com', cloudProviders: 'kubernetes' } });
    await gate.post('/pipelines', { name: 'Deploy', application: 'shop', stages: [], triggers: [], limitConcurrent: true, keepWaitingPipelines: false, spelEvaluator: 'v4', index: 0 });
    await openPipeline(w, 'shop', 'Deploy');
    await addStage(page, 'Deploy (Manifest)', 'Deploy');
    await page.locator('.form-group, .row', { hasText: 'Account' }).locator('select').first().selectOption(account);
    await edit(page.locator('.ace_editor').first(), asYAML([deployment('nginx:1.28'), ...around]));
    await savePipeline(page);
    const [stage] = (await gate.get('/applications/shop/pipelineConfigs/Deploy')).stages;
    assert.equal(stage.account, account);
    assert.deepEqual(stage.manifests.map((m) => m.kind), ['Deployment', 'Service', 'Ingress', 'NetworkPolicy']);
  });

  step('run it, and see what it has deployed', async (w) => {
    const { browsing, page } = w;
    await browsing.go('/applications/shop/executions');
    await page.locator('.execution-group', { hasText: 'Deploy' }).getByText('Start Manual Execution').click();
    await press(page, 'Run');
    await page.locator('.execution', { hasText: 'SUCCEEDED' }).first().waitFor({ timeout: 40_000 });
    await page.locator('.execution-bar .stage').first().click();
    const details = page.locator('.stage-details');
    await details.getByText('shop-web').first().waitFor();
    await browsing.shot('the stage that has deployed');
    await details.getByText('YAML').first().click();
    await modal(page).locator('textarea', { hasText: 'shop-web' }).waitFor();
    await press(page, 'Close');
  });

  step('clusters', async ({ browsing, page }) => {
    await browsing.go('/applications/shop/clusters');
    await serverGroup(page, 'nginx:1.28').waitFor();
    await page.locator('.instance.health-status-Up, .instance-health-Up, .instance').nth(2).waitFor();
  });

  step('details of a server group', async ({ browsing, page }) => {
    await browsing.go('/applications/shop/clusters');
    await serverGroup(page, 'nginx:1.28').getByText('nginx:1.28').click();
    await pane(page).getByText('Replica Set Actions').waitFor();
    await pane(page).getByText('Deployment shop-web').waitFor(); // its manager
    await pane(page).getByText('SuccessfulCreate').first().waitFor();
  });

  step('details of an instance, and its console', async ({ browsing, page }) => {
    await browsing.go('/applications/shop/clusters');
    await page.locator('.instance').first().click();
    await pane(page).getByText('ContainersReady').waitFor();
    await pane(page).getByText('Console Output (Raw)').click();
    await page.getByText('Console Output: pod shop-web-').waitFor();
    await page.getByText(/^\s*web\s*$/).last().waitFor(); // a tab for each container
  });

  step('scale', async (w) => {
    const { page, gate } = w;
    await openManager(w);
    await action(page, 'Deployment Actions', 'Scale');
    await modal(page).locator('input[type=number]').fill('5');
    await press(page, 'Submit');
    await modal(page).locator('input').fill('shop'); // it asks for "the name of the service", and means the application's
    await press(page, 'Confirm');
    await done(page);
    assert.equal((await manifest(gate, 'deployment shop-web')).manifest.spec.replicas, 5);
    await page.locator('.instance').nth(4).waitFor();
  });

  step('edit', async (w) => {
    const { page, gate } = w;
    await openManager(w);
    await action(page, 'Deployment Actions', 'Edit');
    await edit(modal(page).locator('.ace_editor'), asYAML([deployment('nginx:1.29')]));
    await press(page, 'Edit');
    await done(page);
    assert.equal((await manifest(gate, 'deployment shop-web')).manifest.spec.template.spec.containers[0].image, 'nginx:1.29');
    await serverGroup(page, 'nginx:1.29').waitFor();
  });

  step('rolling restart', async (w) => {
    const { page, gate } = w;
    await openManager(w);
    await action(page, 'Deployment Actions', 'Rolling Restart');
    await press(page, 'Confirm');
    await done(page);
    const { template } = (await manifest(gate, 'deployment shop-web')).manifest.spec;
    assert.ok(template.metadata.annotations['kubectl.kubernetes.io/restartedAt']);
  });

  step('undo the rollout', async (w) => {
    const { page, gate } = w;
    await openManager(w);
    await action(page, 'Deployment Actions', 'Undo Rollout');
    await modal(page).locator('.Select-control').click();
    await page.locator('.Select-option').last().click();
    await press(page, 'Undo rollout');
    await done(page);
    assert.equal((await manifest(gate, 'deployment shop-web')).manifest.spec.template.spec.containers[0].image, 'nginx:1.28');
  });

  step('load balancers', async ({ browsing, page }) => {
    await browsing.go('/applications/shop/loadBalancers');
    await page.getByText('ingress shop-door').waitFor();
    await page.locator('.rollup-entry, .load-balancer-pod', { hasText: 'service shop-web' }).getByText(namespace).first().click();
    await pane(page).getByText('Service Actions').waitFor();
    await pane(page).getByText('ClusterIP').first().waitFor();
    await browsing.go(`/applications/shop/loadBalancers/loadBalancerDetails/kubernetes/${account}/${namespace}//ingress%20shop-door`);
    await pane(page).getByRole('link', { name: 'shop.example.com' }).waitFor();
  });

  step('firewalls', async ({ browsing, page }) => {
    await browsing.go('/applications/shop/firewalls');
    await page.locator('.rollup-entry, .security-group-pod', { hasText: 'networkPolicy shop-wall' }).getByText(namespace).first().click();
    await pane(page).getByText('Network Policy Actions').waitFor();
    await pane(page).getByText('networkPolicy').first().waitFor();
  });

  step('all objects of an application', async ({ browsing, page }) => {
    await browsing.go('/applications/shop/kubernetes');
    await page.getByText('networkPolicy shop-wall').first().click();
    await page.waitForURL(/rawResourceDetails/);
    await page.getByText('Created').first().waitFor();
  });

  step('deploy without a pipeline', async (w) => {
    const { browsing, page, gate } = w;
    await browsing.go('/applications/shop/clusters');
    await page.getByText('Create Server Group').click();
    await modal(page).locator('select').first().selectOption(account);
    const job = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'shop-store', namespace }, spec: { replicas: 1, serviceName: 'store', selector: { matchLabels: { app: 'store' } }, template: { metadata: { labels: { app: 'store' } }, spec: { containers: [{ name: 'store', image: 'postgres:17' }] } } } };
    await edit(modal(page).locator('.ace_editor'), asYAML([job]));
    await press(page, 'Create');
    await done(page);
    assert.equal((await manifest(gate, 'statefulSet shop-store')).moniker.app, 'shop');
    await page.getByText('statefulSet shop-store').first().waitFor();
  });

  step('a deployment that the cluster refuses is told once', async ({ browsing, page, gate }) => {
    const broken = deployment('nginx:1.29');
    broken.spec.replicas = 'many';
    await gate.post('/pipelines', {
      name: 'Break', application: 'shop', index: 1, triggers: [],
      stages: [{ refId: '1', requisiteStageRefIds: [], type: 'deployManifest', name: 'Break', account, cloudProvider: 'kubernetes', source: 'text', moniker: { app: 'shop' }, manifests: [broken] }],
    });
    const { ref } = await gate.post('/pipelines/v2/shop/Break', { type: 'manual' });
    await gate.until(ref, (e) => e.endTime);
    await browsing.go(`/applications/shop/executions/details/${ref.split('/').pop()}?stage=0&step=0`);
    const details = page.locator('.stage-details');
    await details.getByText('Exception ( Monitor Deploy )').waitFor();
    assert.equal(await details.getByText('.spec.replicas: expected numeric').count(), 1);
  });

  step('search what runs', async ({ browsing, page }) => {
    await browsing.go('/search?q=shop-web');
    await page.getByText(/server groups \(/i).waitFor();
    await page.getByText(/load balancers \(/i).waitFor();
    await page.getByText(/instances \(/i).waitFor();
    await page.getByText(/replicaSet shop-web/).first().click();
    await pane(page).getByText('Replica Set Actions').waitFor();
  });

  step('a dashboard with clusters', async ({ browsing, page, gate }) => {
    await gate.task('spinnaker', 'Create project', { type: 'upsertProject', project: { name: 'market', email: 'market@example.com', config: { applications: ['shop'], clusters: [{ account, stack: '*', detail: '*', applications: null }], pipelineConfigs: [] } } });
    await browsing.go('/projects/market/dashboard');
    await page.locator('.cluster, .project-cluster', { hasText: account }).getByText(/shop/i).first().waitFor();
  });

  step('the attributes of an application that runs', async ({ browsing, page }) => {
    await browsing.go('/applications/shop/config');
    await page.locator('[data-page-content=location]').getByText(account).first().waitFor();
  });

  step('delete what runs', async (w) => {
    const { page, gate } = w;
    await openManager(w);
    await action(page, 'Deployment Actions', 'Delete');
    await press(page, 'Delete deployment');
    await done(page);
    await gate.until('/applications/shop/serverGroups', (groups) => groups.every((g) => !g.name.includes('shop-web')));
    await serverGroup(page, 'nginx').first().waitFor({ state: 'detached' });
  });
}

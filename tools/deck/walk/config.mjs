// The configuration of an application, its tasks, and its end.
import assert from 'node:assert/strict';
import { modal, press } from '../lib/deck.mjs';

const attributes = async (gate) => (await gate.get('/applications/walk')).attributes;
const section = (page, name) => page.locator(`[data-page-content="${name}"]`);

async function open({ browsing, page }) {
  await browsing.go('/applications/walk/config');
  await page.getByText('Edit Application Attributes').waitFor();
}

async function save(page, name) {
  await section(page, name).getByText('Save Changes').click();
  await section(page, name).getByText('In sync with server').waitFor();
}

export function config(step) {
  step('edit the attributes of the application', async (w) => {
    const { page, gate } = w;
    await open(w);
    await page.getByText('Edit Application Attributes').click();
    await modal(page).locator('textarea').fill('Another description');
    await press(page, 'Save Changes');
    await section(page, 'location').getByText('Another description').waitFor();
    assert.equal((await attributes(gate)).description, 'Another description');
  });

  step('notifications of the application', async (w) => {
    const { page, gate } = w;
    await open(w);
    await page.getByText('Add Notification Preference').click();
    await modal(page).locator('input[name=address]').fill('ops@example.com');
    await modal(page).locator('input[value="pipeline.failed"]').check();
    await press(page, 'Update');
    await section(page, 'notifications').getByText('ops@example.com').waitFor();
    const kept = await gate.until('/notifications/application/walk', (n) => n.email?.length === 1);
    assert.deepEqual([kept.email[0].address, kept.email[0].when], ['ops@example.com', ['pipeline.failed']]);
  });

  step('features, links, traffic guards, banners', async (w) => {
    const { page, gate } = w;
    await open(w);
    await section(page, 'features').locator('label', { hasText: 'Firewalls' }).locator('input').uncheck();
    await save(page, 'features');
    assert.deepEqual((await attributes(gate)).dataSources.disabled, ['securityGroups']);

    await page.getByText('Add Traffic Guard').click();
    await section(page, 'traffic-guards').getByText('Save Changes').waitFor();
    await section(page, 'traffic-guards').getByText('Revert').click();

    await page.getByText('Add banner').click();
    await section(page, 'banner').locator('textarea, input[type=text]').first().fill('Mind the step');
    await save(page, 'banner');
    assert.equal((await attributes(gate)).customBanners[0].text, 'Mind the step');
  });

  step('tasks', async ({ browsing, page, gate }) => {
    await browsing.go('/applications/walk/tasks');
    await page.getByText('Create Application: walk').first().waitFor();
    await page.getByText('Update Application: walk').first().click();
    const link = await page.getByRole('link', { name: 'Permalink' }).getAttribute('href');
    const id = link.match(/tasks\/(\w+)/)[1];
    assert.equal((await gate.get(`/tasks/${id}`)).status, 'SUCCEEDED');
    await browsing.go(`/tasks/${id}`); // without the application
    await page.waitForURL(/applications\/walk\/tasks/);
  });
}

export function end(step) {
  step('delete the application', async (w) => {
    const { page, gate } = w;
    await open(w);
    await page.getByRole('button', { name: 'Delete Application' }).click();
    await press(page, 'Delete walk');
    await page.waitForURL(/search|infrastructure/);
    assert.deepEqual(await gate.get('/applications'), []);
  });
}

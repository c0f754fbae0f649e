// Search, the list of applications, and making one.
import assert from 'node:assert/strict';
import { choose, modal } from '../lib/deck.mjs';

export function applications(step) {
  step('every page loads while there is nothing', async ({ browsing, page }) => {
    await browsing.go('/search');
    await page.getByText('Create Application').waitFor();
    await browsing.go('/applications');
    await page.getByText('No matches found').waitFor();
    await browsing.go('/projects');
    await page.getByText('Create Project').waitFor();
    await browsing.go('/pipeline-templates');
    await page.getByRole('heading', { name: 'Pipeline Templates' }).waitFor();
  });

  step('create an application', async ({ browsing, page, gate }) => {
    await browsing.go('/applications');
    await page.getByText('Create Application').click();
    const dialog = modal(page);
    await dialog.locator('#name').fill('walk');
    await dialog.locator('#email').fill('walk@example.com');
    await dialog.locator('#description').fill('A walk through Deck');
    await choose(page, dialog.locator('.Select-control'), 'kubernetes');
    await dialog.locator('[data-purpose=create-application]').click();
    await page.waitForURL(/applications\/walk\/clusters/);
    const { attributes } = await gate.get('/applications/walk');
    assert.equal(attributes.email, 'walk@example.com');
    assert.equal(attributes.cloudProviders, 'kubernetes');
  });

  step('the list of applications', async ({ browsing, page }) => {
    await browsing.go('/applications');
    const row = page.locator('tr', { hasText: 'walk@example.com' });
    await row.getByText('A walk through Deck').waitFor();
    await row.getByRole('link', { name: 'walk' }).click();
    await page.waitForURL(/applications\/walk/);
  });

  step('search', async ({ browsing, page }) => {
    await browsing.go('/search');
    await page.locator('[data-purpose=search-v1-input]').fill('walk');
    await page.getByText(/applications \(1\)/i).waitFor();
    await page.getByRole('link', { name: /walk/ }).first().click();
    await page.waitForURL(/applications\/walk/);
  });

  step('pages of an application with nothing deployed', async ({ browsing, page }) => {
    await browsing.go('/applications/walk/clusters');
    await page.getByText(/no server groups found/i).waitFor();
    await browsing.go('/applications/walk/loadBalancers');
    await page.getByText(/no load balancers match/i).waitFor();
    await browsing.go('/applications/walk/firewalls');
    await page.getByText(/no firewalls match/i).waitFor();
    await browsing.go('/applications/walk/kubernetes');
    await page.getByText('Group By').waitFor();
    await browsing.go('/applications/walk/executions');
    await page.getByText('No pipelines configured for this application.').waitFor();
    await browsing.go('/applications/walk/tasks');
    await page.getByText('Create Application: walk').first().waitFor();
  });
}

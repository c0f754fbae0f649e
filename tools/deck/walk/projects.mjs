// Projects and their dashboards.
import assert from 'node:assert/strict';
import { choose, modal, press } from '../lib/deck.mjs';

export function projects(step) {
  step('create a project', async ({ browsing, page, gate }) => {
    await browsing.go('/projects');
    await page.getByText('Create Project').click();
    const dialog = modal(page);
    await dialog.locator('input[name=name]').fill('journey');
    await dialog.locator('input[name=email]').fill('journey@example.com');
    await choose(page, dialog.locator('.Select-control').first(), 'walk');
    await dialog.getByText('Add Pipeline').click();
    const row = dialog.locator('tbody tr').last();
    await choose(page, row.locator('.Select-control').first(), 'walk');
    await choose(page, row.locator('.Select-control').nth(1), 'Release it');
    await press(page, 'Save');
    await modal(page).getByText('Operation succeeded!').waitFor();
    await press(page, 'Close');
    const project = await gate.get('/projects/journey');
    assert.deepEqual(project.config.applications, ['walk']);
    assert.equal(project.config.pipelineConfigs.length, 1);
  });

  step('the dashboard of the project', async ({ browsing, page }) => {
    await browsing.go('/projects/journey/dashboard');
    await page.getByText('Release it').first().waitFor();
    await page.getByText('Application Status').waitFor();
  });

  step('an application in its project', async ({ browsing, page }) => {
    await browsing.go('/projects/journey/applications/walk/executions');
    await page.locator('.execution-group', { hasText: 'Release it' }).waitFor();
  });

  step('the list of projects, and the search', async ({ browsing, page }) => {
    await browsing.go('/projects');
    await page.getByText('journey@example.com').waitFor();
    await browsing.go('/search?q=journey');
    await page.getByText('1 Application').waitFor();
  });

  step('delete the project', async ({ browsing, page, gate }) => {
    await browsing.go('/projects/journey/dashboard');
    await page.getByText('Project Configuration').click();
    await modal(page).getByText('Delete Project').click();
    await modal(page).getByPlaceholder('Project Name').last().fill('journey');
    await press(page, 'Delete project');
    await gate.until('/projects', (all) => all.length === 0);
    await page.waitForURL(/#\/(projects|search)/);
  });
}

// The forms of the pipeline editor: stage types, triggers, artifacts, templates.
import assert from 'node:assert/strict';
import { addStage, choose, menu, modal, openPipeline, press, savePipeline } from '../lib/deck.mjs';

const section = (page, name) => page.locator(`[data-page-content="${name}"]`);

// Deck asks about a cron expression before there is one.
const noExpressionYet = (browsing) => browsing.expect((f) => f.status === 400 && f.path === '/cron/validate');

export function editor(step) {
  step('the form of every stage type', async (w) => {
    const { page, gate } = w;
    await gate.task('forms', 'Create', { type: 'createApplication', application: { name: 'forms', email: 'forms@example.com', cloudProviders: 'kubernetes' } });
    await gate.post('/pipelines', { name: 'All', application: 'forms', stages: [], triggers: [], index: 0 });
    await openPipeline(w, 'forms', 'All');
    await page.getByText('Add stage').click();
    const type = page.locator('.Select-control').first();
    await type.click();
    const names = await page.locator('.Select-option').evaluateAll((all) => all.map((option) => option.getAttribute('aria-label')));
    assert.ok(names.length > 25, names.join(', '));
    await page.keyboard.press('Escape');
    for (const name of names) {
      await type.click();
      await page.locator(`.Select-option[aria-label="${name}"]`).click();
      await page.getByText('Stage type:').waitFor();
      await w.browsing.settled();
      await page.getByText('Remove stage').click();
      await page.getByText('Add stage').click();
    }
  });

  step('the form of every trigger type', async (w) => {
    const { page, browsing } = w;
    noExpressionYet(browsing);
    await openPipeline(w, 'forms', 'All');
    await page.getByText('Add Trigger').click();
    const type = section(page, 'triggers').locator('.Select-control').first();
    await type.click();
    const options = page.locator('.Select-option');
    await options.first().waitFor();
    const count = await options.count();
    assert.ok(count > 5, `${count} types`);
    await page.keyboard.press('Escape');
    for (let i = 0; i < count; i++) {
      await type.click();
      await options.nth(i).click();
      await browsing.settled();
    }
  });

  step('a cron trigger, put into words', async (w) => {
    const { page, gate, browsing } = w;
    noExpressionYet(browsing);
    await openPipeline(w, 'forms', 'All');
    await page.getByText('Add Trigger').click();
    const triggers = section(page, 'triggers');
    await choose(page, triggers.locator('.Select-control').first(), 'CRON');
    await choose(page, triggers.locator('.Select-control').nth(1), 'advanced');
    await triggers.locator('input[type=text][required]').fill('0 30 9 ? * MON-FRI');
    await triggers.getByText(/at 0?9:30 am.*monday.*friday/i).waitFor();
    await triggers.locator('input[type=text][required]').fill('0 30 9 * * MON-FRI');
    await triggers.locator('.error-message').waitFor(); // both of the days
    await triggers.locator('input[type=text][required]').fill('0 30 9 ? * MON-FRI');
    await savePipeline(page);
    const [trigger] = (await gate.get('/applications/forms/pipelineConfigs/All')).triggers;
    assert.equal(trigger.cronExpression, '0 30 9 ? * MON-FRI');
    assert.ok(trigger.id);
  });

  step('export a pipeline as a template', async (w) => {
    const { page, gate } = w;
    await openPipeline(w, 'forms', 'All');
    await addStage(page, 'Wait');
    await savePipeline(page);
    await menu(page, 'Pipeline Actions', 'Export as Pipeline Template');
    await modal(page).locator('input').first().fill('Greeting');
    await press(page, 'Save');
    await page.waitForURL(/pipeline-templates/);
    await page.getByText('Greeting').first().waitFor();
    assert.equal((await gate.get('/v2/pipelineTemplates'))[0].metadata.name, 'Greeting');
  });

  step('a pipeline made of a template', async (w) => {
    const { browsing, page, gate } = w;
    await browsing.go('/pipeline-templates');
    await page.getByText('Create Pipeline').first().click();
    await choose(page, modal(page).locator('.Select-control'), 'forms');
    await press(page, 'Continue');
    await modal(page).locator('input[type=text]').first().fill('Greet');
    await press(page, 'Continue');
    await modal(page).getByText('This template has no variables to configure.').waitFor();
    await press(page, 'Dismiss');
    await page.getByText('Manual edits are not allowed on templated pipelines').waitFor();
    assert.equal((await gate.get('/applications/forms/pipelineConfigs/Greet')).type, 'templatedPipeline');
    await browsing.go('/applications/forms/executions');
    await page.locator('.execution-group', { hasText: 'Greet' }).getByText('Start Manual Execution').click();
    await press(page, 'Run');
    await page.locator('.execution', { hasText: 'RUNNING' }).or(page.locator('.execution', { hasText: 'SUCCEEDED' })).first().waitFor();
  });

  step('pages for administrators only', async ({ browsing, page }) => {
    for (const path of ['/api-tokens', '/global-banners', '/account-management']) {
      await browsing.go(path);
      await page.getByText('You do not have permission to manage').waitFor();
      await page.goto('about:blank');
    }
  });
}

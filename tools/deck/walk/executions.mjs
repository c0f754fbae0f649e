// Executions: start, watch, judge, pause, cancel, restart, delete.
import assert from 'node:assert/strict';
import { choose, modal, press } from '../lib/deck.mjs';

const group = (page, name) => page.locator('.execution-group', { hasText: name });
const newest = (page) => page.locator('.execution').first();

// see waits until the newest execution shown has a text.
const see = (page, text) => newest(page).filter({ hasText: text }).waitFor({ timeout: 15_000 });

async function open({ browsing, page }) {
  await browsing.go('/applications/walk/executions');
  await group(page, 'Release it').waitFor();
}

async function startManually({ page }, version) {
  await group(page, 'Release it').getByText('Start Manual Execution').click();
  if (version) await modal(page).locator('input[name=\'parameters["version"]\']').fill(version);
  await press(page, 'Run');
  await modal(page).waitFor({ state: 'detached' });
}

const latest = async (gate) => (await gate.get('/applications/walk/pipelines?limit=1&expand=true')).find((e) => e.name === 'Release it');

// details opens the details of a stage by its marker in the bar.
const details = (page, stageType) => newest(page).locator(`.execution-bar .stage-type-${stageType}`).first().click();

async function action(page, icon, confirm) {
  await newest(page).locator('.execution-actions').locator(icon).click();
  await press(page, confirm);
  await modal(page).waitFor({ state: 'detached' });
}

export function executions(step) {
  step('start an execution with a parameter', async (w) => {
    const { page, gate } = w;
    await open(w);
    await startManually(w, '1.29');
    await see(page, 'RUNNING');
    const execution = await latest(gate);
    assert.equal(execution.trigger.parameters.version, '1.29');
    assert.equal(execution.trigger.type, 'manual');
    await newest(page).getByText('View All Parameters (1)').click();
    await see(page, '1.29');
  });

  step('details of a stage that has ended, and of its variables', async (w) => {
    const { page } = w;
    await open(w);
    await page.locator('.execution-bar .stage-type-manualjudgment.execution-marker-running').waitFor();
    await details(page, 'wait');
    await page.getByText('Wait time: 1 seconds').waitFor();
    await page.getByText('Task Status').first().click();
    await page.locator('.stage-details').getByText('Wait', { exact: true }).waitFor();
    await details(page, 'evaluatevariables');
    await page.getByText('Evaluate Variables Config').click();
    await page.locator('.stage-details').getByText('nginx:1.29').waitFor();
  });

  step('pause and resume', async (w) => {
    const { page } = w;
    await open(w);
    await action(page, '.fa-pause', 'Pause');
    await see(page, 'PAUSED');
    await action(page, '.fa-play', 'Resume');
    await see(page, 'RUNNING');
  });

  step('judge', async (w) => {
    const { page, gate } = w;
    await open(w);
    await page.getByText('Awaiting Judgement').click(); // a filter
    await details(page, 'manualjudgment');
    const stage = page.locator('.stage-details');
    assert.equal((await stage.locator('.Markdown').innerHTML()).trim(), '<p>Is <b>nginx:1.29</b> good?</p>');
    await choose(page, stage.locator('.Select-control'), 'sure');
    await stage.getByRole('button', { name: 'Continue' }).click();
    const { id } = await latest(gate);
    const ended = await gate.until(`/pipelines/${id}`, (e) => e.endTime);
    assert.equal(ended.status, 'SUCCEEDED');
    assert.equal(ended.stages[2].context.judgmentInput, 'sure');
    await w.browsing.go(`/applications/walk/executions/details/${id}?stage=2&step=0&details=manualJudgment`);
    await page.locator('.stage-details').getByText('Judged By').waitFor();
  });

  step('a permalink without the application', async (w) => {
    const { page, gate, browsing } = w;
    const { id } = await latest(gate);
    await browsing.go(`/executions/${id}`);
    await page.waitForURL(/applications\/walk\/executions\/details/);
    await page.getByText('SUCCEEDED').first().waitFor();
  });

  step('the source of an execution', async (w) => {
    const { page, gate } = w;
    const { id } = await latest(gate);
    await w.browsing.go(`/applications/walk/executions/details/${id}`);
    const href = await page.getByText('View as JSON').first().getAttribute('href');
    assert.equal((await gate.get(href.slice(gate.url.length))).id, id);
  });

  step('cancel with a reason', async (w) => {
    const { page } = w;
    await open(w);
    await startManually(w);
    await see(page, 'RUNNING');
    await newest(page).locator('.execution-actions .fa-times-circle').click();
    await modal(page).locator('textarea').fill('not today');
    await press(page, 'Stop running');
    await see(page, 'CANCELED');
    await see(page, 'not today');
  });

  step('a judgment that stops, and the stage restarted', async (w) => {
    const { page, gate } = w;
    await open(w);
    await startManually(w, '2.0');
    await see(page, 'RUNNING');
    await page.locator('.execution-bar .stage-type-manualjudgment.execution-marker-running').waitFor();
    await details(page, 'manualjudgment');
    const stage = page.locator('.stage-details');
    await choose(page, stage.locator('.Select-control'), 'sure');
    await stage.getByRole('button', { name: 'Stop' }).click();
    await see(page, 'TERMINAL');
    await page.getByText('Restart Go on?').click();
    await press(page, 'Restart');
    await see(page, 'Restarted by anonymous');
    const { id } = await latest(gate);
    const running = await gate.until(`/pipelines/${id}`, (e) => e.stages[2].status === 'RUNNING');
    assert.equal(running.stages[2].context.restartDetails.restartedBy, 'anonymous');
    await page.reload(); // Deck's form still thinks that it is being answered
    await choose(page, stage.locator('.Select-control'), 'sure');
    await stage.getByRole('button', { name: 'Continue' }).click();
    await see(page, 'SUCCEEDED');
  });

  step('run an execution again with the same parameters', async (w) => {
    const { page, gate } = w;
    await open(w);
    const before = await latest(gate);
    await newest(page).locator('.execution-actions .fa-redo').click();
    await press(page, 'Run');
    await see(page, 'RUNNING');
    const again = await latest(gate);
    assert.notEqual(again.id, before.id);
    assert.equal(again.trigger.parameters.version, before.trigger.parameters.version);
    await gate.call('PUT', `/pipelines/${again.id}/cancel`);
  });

  step('skip what is left of a wait', async (w) => {
    const { browsing, page, gate } = w;
    await gate.post('/pipelines', {
      name: 'Nap', application: 'walk', index: 1, triggers: [],
      stages: [{ refId: '1', requisiteStageRefIds: [], type: 'wait', name: 'Sleep', waitTime: 3600 }],
    });
    await browsing.go('/applications/walk/executions');
    const nap = group(page, 'Nap');
    await nap.getByText('Start Manual Execution').click();
    await press(page, 'Run');
    await nap.locator('.execution-bar .stage').click();
    await page.locator('.stage-details').getByText('Skip remaining wait').click();
    await press(page, 'Skip');
    await nap.getByText('SUCCEEDED').first().waitFor();
    await page.locator('.stage-details').getByText('skipped after').waitFor();
    await gate.call('DELETE', '/pipelines/walk/Nap');
  });

  step('a pipeline that can\'t be started says why', async (w) => {
    const { browsing, page, gate } = w;
    await gate.post('/pipelines', {
      name: 'Odd', application: 'walk', index: 1, triggers: [],
      stages: [{ refId: '1', requisiteStageRefIds: [], type: 'somethingElse', name: 'Odd' }],
    });
    browsing.expect((f) => f.status === 400 && f.method === 'POST'); // which Deck doesn't show
    await browsing.go('/applications/walk/executions');
    await group(page, 'Odd').getByText('Start Manual Execution').click();
    await press(page, 'Run');
    await group(page, 'Odd').getByText('there is no stage type "somethingElse"').waitFor();
    await gate.call('DELETE', '/pipelines/walk/Odd');
  });

  step('delete an execution', async (w) => {
    const { page, gate, browsing } = w;
    await open(w);
    await see(page, 'CANCELED');
    const { id } = await latest(gate);
    browsing.expect((f) => f.status === 404 && f.path === `/pipelines/${id}`); // Deck asks until it is gone
    await action(page, '.glyphicon-trash', 'Delete');
    await page.waitForFunction(() => document.querySelectorAll('.execution').length > 0);
    assert.notEqual((await latest(gate)).id, id);
  });

  step('views and filters of executions', async (w) => {
    const { page } = w;
    await open(w);
    const all = await page.locator('.execution').count();
    await page.locator('.filter-section, .execution-filters').getByText('Canceled', { exact: true }).click();
    await page.locator('.execution', { hasText: 'CANCELED' }).first().waitFor();
    assert.ok((await page.locator('.execution').count()) < all);
    await page.getByText('Canceled', { exact: true }).first().click();
    await page.locator('select').first().selectOption({ label: 'None' });
    await page.locator('.execution').first().waitFor();
    await page.locator('select').first().selectOption({ label: 'Time Boundary' });
    await page.locator('.execution').first().waitFor();
    await page.locator('select').first().selectOption({ label: 'Pipeline' });
    await page.locator('select').nth(1).selectOption('20');
    await page.locator('.execution').first().waitFor();
  });
}

// The pipeline editor.
import assert from 'node:assert/strict';
import { addStage, createdPipeline, edit, editStageJSON, menu, modal, openPipeline, press, savePipeline, written } from '../lib/deck.mjs';

const config = (gate, name) => gate.get(`/applications/walk/pipelineConfigs/${encodeURIComponent(name)}`);

async function create({ browsing, page }, name) {
  await browsing.go('/applications/walk/executions');
  await page.locator('button', { hasText: /^\s*Create$/ }).first().click();
  await modal(page).locator('input[type=text]').first().fill(name);
  await press(page, 'Create');
  await page.waitForURL(createdPipeline);
}

export function pipelines(step) {
  step('create the first pipeline', async ({ browsing, page, gate }) => {
    await browsing.go('/applications/walk/executions');
    await page.getByText('Configure a new pipeline').click();
    await modal(page).locator('input[type=text][required]').fill('Scratch');
    await press(page, 'Create');
    // Deck means to go to the editor, but its page of executions goes round first.
    browsing.expect((f) => /transition has been superseded/.test(f.text));
    await page.locator('.execution-group', { hasText: 'Scratch' }).or(page.getByText('Add stage')).first().waitFor();
    assert.equal((await config(gate, 'Scratch')).index, 0);
  });

  step('create a pipeline', async (w) => {
    await create(w, 'Release');
    await w.page.getByText('Add stage').waitFor();
    assert.equal((await config(w.gate, 'Release')).application, 'walk');
  });

  step('add a parameter and stages, and save', async (w) => {
    const { page, gate } = w;
    await openPipeline(w, 'walk', 'Release');
    await page.getByText('Add Parameter').click();
    const parameter = page.locator('.parameter-config').last();
    await parameter.locator('.name-field input').first().fill('version');
    await parameter.locator('.form-group', { hasText: 'Required' }).locator('input').check();
    await parameter.locator('.form-group', { hasText: 'Default Value' }).locator('input').fill('1.0');

    await addStage(page, 'Wait', 'Wait a moment');
    await page.locator('input.inline-number').first().fill('1');
    await addStage(page, 'Evaluate Variables', 'Variables');
    await editStageJSON(page, { variables: [{ key: 'image', value: 'nginx:${parameters.version}' }] });
    await addStage(page, 'Manual Judgment', 'Go on?');
    await page.getByPlaceholder('Provide any instructional text').fill('Is <b>${image}</b> good?');
    await page.getByText('Add judgment input').click();
    await page.locator('tr', { hasText: 'Remove' }).locator('input').last().fill('sure');
    await addStage(page, 'Check Preconditions', 'Checked');
    await editStageJSON(page, {
      preconditions: [{ type: 'expression', failPipeline: true, context: { expression: "${parameters.version != '0'}" } }],
    });
    await savePipeline(page);

    const saved = await config(gate, 'Release');
    assert.deepEqual(saved.stages.map((s) => [s.type, s.name, s.requisiteStageRefIds]), [
      ['wait', 'Wait a moment', []],
      ['evaluateVariables', 'Variables', ['1']],
      ['manualJudgment', 'Go on?', ['2']],
      ['checkPreconditions', 'Checked', ['3']],
    ]);
    assert.equal(saved.stages[0].waitTime, 1);
    assert.deepEqual(saved.stages[2].judgmentInputs, [{ value: 'sure' }]);
    assert.deepEqual(saved.parameterConfig.map((p) => [p.name, p.required, p.default]), [['version', true, '1.0']]);
  });

  step('edit the pipeline as JSON', async (w) => {
    const { page, gate } = w;
    await openPipeline(w, 'walk', 'Release');
    await menu(page, 'Pipeline Actions', 'Edit as JSON');
    const editor = modal(page).locator('.ace_editor');
    const json = JSON.parse(await editor.evaluate((e) => e.env.editor.getValue()));
    await edit(editor, JSON.stringify({ ...json, description: 'Edited as JSON' }, null, 2));
    await press(page, 'Update Pipeline');
    await savePipeline(page);
    assert.equal((await config(gate, 'Release')).description, 'Edited as JSON');
  });

  step('the history of the pipeline', async (w) => {
    const { page } = w;
    await openPipeline(w, 'walk', 'Release');
    await menu(page, 'Pipeline Actions', 'Show Revision History');
    await modal(page).getByText('Edited as JSON').first().waitFor();
    await modal(page).locator('.Select-control').first().click();
    assert.ok((await page.locator('.Select-option').count()) >= 3, 'three revisions');
    await page.keyboard.press('Escape');
    await press(page, 'Close');
  });

  step('restore a version of the pipeline', async (w) => {
    const { page, gate } = w;
    await openPipeline(w, 'walk', 'Release');
    await menu(page, 'Pipeline Actions', 'Show Revision History');
    await modal(page).locator('.Select-control').first().click();
    await page.locator('.Select-option').nth(1).click();
    await written(page, /\/pipelines\?/, () => press(page, 'Restore this version'));
    await page.getByText('In sync with server').waitFor();
    assert.equal((await config(gate, 'Release')).description, undefined);
  });

  step('rename the pipeline', async (w) => {
    const { page, gate } = w;
    const id = await openPipeline(w, 'walk', 'Release');
    await menu(page, 'Pipeline Actions', 'Rename');
    await modal(page).locator('input[name=name]').fill('Release it');
    await press(page, 'Rename Pipeline');
    await page.getByRole('heading', { name: 'Release it' }).waitFor();
    assert.equal((await config(gate, 'Release it')).id, id);
  });

  step('disable and enable the pipeline', async (w) => {
    const { page, gate } = w;
    await openPipeline(w, 'walk', 'Release it');
    await menu(page, 'Pipeline Actions', 'Disable');
    await press(page, 'Disable pipeline');
    await modal(page).waitFor({ state: 'detached' });
    assert.equal((await config(gate, 'Release it')).disabled, true);
    await menu(page, 'Pipeline Actions', 'Enable');
    await press(page, 'Enable pipeline');
    await modal(page).waitFor({ state: 'detached' });
    assert.equal((await config(gate, 'Release it')).disabled, false);
  });

  step('lock and unlock the pipeline', async (w) => {
    const { page, gate } = w;
    await openPipeline(w, 'walk', 'Release it');
    await menu(page, 'Pipeline Actions', 'Lock');
    await modal(page).locator('input[type=checkbox]').check();
    await press(page, 'Lock pipeline');
    await modal(page).waitFor({ state: 'detached' });
    assert.equal((await config(gate, 'Release it')).locked.ui, true);
    await menu(page, 'Pipeline Actions', 'Unlock');
    await press(page, 'Unlock pipeline');
    await modal(page).waitFor({ state: 'detached' });
    assert.equal((await config(gate, 'Release it')).locked, undefined);
  });

  step('delete a pipeline', async (w) => {
    const { page, gate } = w;
    await openPipeline(w, 'walk', 'Scratch');
    await menu(page, 'Pipeline Actions', 'Delete');
    await press(page, 'Delete');
    await page.waitForURL(/executions$/);
    assert.deepEqual((await gate.get('/applications/walk/pipelineConfigs')).map((p) => p.name), ['Release it']);
  });
}

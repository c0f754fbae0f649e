// What a person does in Deck, in Deck's own words.

// modal is the dialog that is open.
export const modal = (page) => page.locator('.modal-content').last();

// press clicks a button of the open dialog.
export const press = (page, name) => modal(page).locator('button', { hasText: name }).last().click();

// menu chooses from a dropdown.
export async function menu(page, button, item) {
  await page.locator('button.dropdown-toggle', { hasText: button }).first().click();
  await page.locator('.dropdown.open, .btn-group.open').getByText(item, { exact: true }).click();
}

// choose takes an option of one of react-select's inputs.
export async function choose(page, control, option) {
  await control.click();
  await page.locator('.Select-option, .VirtualizedSelectOption').filter({ hasText: option }).first().click();
  await control.filter({ hasText: option }).first().waitFor();
}

// edit replaces what is in a code editor.
export const edit = (editor, text) => editor.evaluate((element, value) => element.env.editor.setValue(value, -1), text);

export const createdPipeline = /#\/applications\/[^/]+\/executions\/configure\/([^?]+)/;

// openPipeline opens the editor of a pipeline.
export async function openPipeline({ browsing, page, gate }, application, name) {
  const { id } = await gate.get(`/applications/${application}/pipelineConfigs/${encodeURIComponent(name)}`);
  await browsing.go(`/applications/${application}/executions/configure/${id}`);
  await page.getByText('In sync with server').waitFor();
  return id;
}

// addStage adds a stage after the last one, and opens its form.
export async function addStage(page, type, name = type) {
  await page.getByText('Add stage').click();
  await page.locator('.Select-control').first().click();
  await page.locator(`.Select-option[aria-label="${type}"]`).click();
  const field = page.locator('.form-group', { hasText: 'Stage Name' }).locator('input').first();
  await field.fill(name);
}

// editStageJSON merges fields into the open stage through "Edit stage as JSON".
export async function editStageJSON(page, change) {
  await page.getByText('Edit stage as JSON').click();
  const editor = modal(page).locator('.ace_editor');
  const stage = JSON.parse(await editor.evaluate((element) => element.env.editor.getValue()));
  await edit(editor, JSON.stringify({ ...stage, ...change }, null, 2));
  await press(page, 'Update Stage');
}

// written does something that makes Deck write to a path, and waits for the answer.
export async function written(page, path, action) {
  const answer = page.waitForResponse((r) => r.request().method() !== 'OPTIONS' && r.request().method() !== 'GET' && path.test(r.url()));
  await action();
  await answer;
}

// savePipeline saves what is in the editor.
export async function savePipeline(page) {
  await written(page, /\/pipelines\?/, () => page.getByRole('button', { name: 'Save Changes' }).click());
  await page.getByText('In sync with server').waitFor();
}

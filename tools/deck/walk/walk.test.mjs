import { after, before } from 'node:test';
import { open } from '../lib/environment.mjs';
import { walker } from '../lib/walk.mjs';
import { applications } from './applications.mjs';
import { config, end } from './config.mjs';
import { editor } from './editor.mjs';
import { executions } from './executions.mjs';
import { infrastructure } from './infrastructure.mjs';
import { pipelines } from './pipelines.mjs';
import { projects } from './projects.mjs';
import { stored } from './stored.mjs';

let environment;
before(async () => (environment = await open()), { timeout: 180_000 });
after(async () => {
  await environment?.browsing.save();
  await environment?.close();
});

const step = walker(() => environment);
for (const part of [applications, pipelines, executions, config, projects, end, infrastructure, editor, stored]) part(step);

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { renderExamples } from '../../../fixtures/report/examples.ts';

/** How scripts are stripped and data is packed is Node's business, and may change with it. */
const withoutScripts = (html: string): string =>
  html
    .replaceAll(/<script\b[\s\S]*?<\/script>/gu, '')
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/u, '');

test('the examples in the documentation are what "npm run examples -- --render" writes', async (t) => {
  for (const [file, text] of Object.entries(await renderExamples())) {
    const written = await readFile(resolve(import.meta.dirname, '../../..', file), 'utf8');
    const same = file.endsWith('.html') ? withoutScripts(written) === withoutScripts(text) : written === text;
    t.true(same, `${file} is stale`);
    t.true(text.length < 1024 * 1024, `${file} is too big to be looked at`);
  }
});

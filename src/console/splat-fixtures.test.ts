import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { hasBootBanner } from './boot-banner.ts';
import { findSplats } from './find-splats.ts';

const folder = join(import.meta.dirname, '../../fixtures/console');
const logs = (await readdir(folder)).filter((name) => name.endsWith('.log')).toSorted();

const describeFindings = (text: string): string =>
  findSplats(text)
    .map(({ line, kind, title }) => `${line + 1}: ${kind}: ${title}\n`)
    .join('');

for (const log of logs) {
  test(`${log} has the findings written down beside it`, async (t) => {
    const text = await readFile(join(folder, log), 'utf8');
    t.is(describeFindings(text), await readFile(join(folder, log.replace(/log$/u, 'findings')), 'utf8'));
    t.true(hasBootBanner(text));
  });
}

/** The same text without what printk puts before each line, as a kernel without CONFIG_PRINTK_TIME writes it. */
const withoutPrefixes = (text: string): string =>
  text.replaceAll(/^\[ *\d+\.\d+\]\[ *[TC]\d+\] /gmu, '').replaceAll('\r', '');

for (const log of logs) {
  test(`${log} shows the same first finding without time stamps and callers`, async (t) => {
    const text = await readFile(join(folder, log), 'utf8');
    t.is(findSplats(withoutPrefixes(text))[0]?.title, findSplats(text)[0]?.title);
  });
}

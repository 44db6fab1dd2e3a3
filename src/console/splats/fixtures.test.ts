import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { hasBootBanner } from '../kernel-text/boot-banner.ts';
import { describeFindings } from '../../../fixtures/console/describe-findings.ts';
import { findSplats } from './find-splats.ts';

const wordings = join(import.meta.dirname, '../../../fixtures/wordings');
const folder = join(import.meta.dirname, '../../../fixtures/console');
const composed = (await readdir(wordings)).filter((name) => name.endsWith('.log')).toSorted();
const logs = (await readdir(folder)).filter((name) => name.endsWith('.log')).toSorted();

for (const log of composed) {
  test(`wordings/${log} has the findings written down beside it`, async (t) => {
    const text = await readFile(join(wordings, log), 'utf8');
    t.is(describeFindings(text), await readFile(join(wordings, log.replace(/log$/u, 'findings')), 'utf8'));
  });
}

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

const withoutCallers = (text: string): string =>
  text.replaceAll(/^(?<time>\[ *\d+\.\d+\])\[ *[TC]\d+\] /gmu, '$<time> ');

for (const log of logs) {
  test(`${log} shows the same first finding however its lines are dressed up`, async (t) => {
    const text = await readFile(join(folder, log), 'utf8');
    const expected = findSplats(text)[0]?.title;
    t.is(findSplats(withoutPrefixes(text))[0]?.title, expected, 'no prefixes');
    t.is(findSplats(withoutCallers(text))[0]?.title, expected, 'no callers');
    t.is(findSplats(text.replaceAll(/\r*\n/gu, '\r\n'))[0]?.title, expected, 'CR LF');
    t.is(findSplats(text.replaceAll(/^\[/gmu, '<4>['))[0]?.title, expected, 'levels');
    t.is(
      findSplats(text.replaceAll(/^(?<line>.*)$/gmu, '$<line>\n$<line>'))[0]?.title,
      expected,
      'doubled lines',
    );
    t.is(
      findSplats(text.replaceAll('\r', '').replaceAll(/^/gmu, 'Nov 23 11:28:19 board kernel: '))[0]?.title,
      expected,
      'journal',
    );
  });
}

for (const log of logs) {
  test(`${log} quoted by a program is no finding`, async (t) => {
    const text = await readFile(join(folder, log), 'utf8');
    const quoted = text.slice(text.indexOf('\n') + 1);
    const boot = Array.from({ length: 9 }, (_, index) => `[    0.00000${index}] line ${index}\n`).join('');
    t.deepEqual(findSplats(boot + quoted.replaceAll(/^(?:\[.*?\] ?)*/gmu, '')), [], 'without stamps');
    t.deepEqual(findSplats(boot + text.replaceAll(/^/gmu, '> ')), [], 'as in a mail');
    t.deepEqual(findSplats(boot + text.replaceAll(/^/gmu, '    ')), [], 'indented');
  });
}

test('a report that was cut off anywhere is never called complete with another function', async (t) => {
  for (const log of logs) {
    const text = await readFile(join(folder, log), 'utf8');
    const [whole] = findSplats(text);
    if (whole === undefined) continue;
    const lines = text.split('\n');
    const end = whole.line + whole.lines.length;
    for (let length = whole.line + 1; length < end; length += 3) {
      const [cut] = findSplats(lines.slice(0, length).join('\n'));
      if (cut?.complete === true) t.is(cut.title, whole.title, `${log} cut at line ${length}`);
      if (cut?.function !== undefined)
        t.true(cut.function === whole.function, `${log} cut at line ${length}`);
    }
  }
});

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';
import { createPalette } from '../report/text/palette.ts';
import { reportFormats } from '../report/formats/formats.ts';

const PROJECT = resolve(import.meta.dirname, '../../fixtures/channel');
const TIMEOUT_MS = 60 * 60 * 1_000;

const NOT_BELIEVED = 'Something in the guest wrote';

/** Expectations for each program that writes records in the agent's name: outcome, and how its problems begin. */
const FORGERIES: Readonly<Record<string, readonly [outcome: string, ...problems: string[]]>> = {
  standard_output: ['failed', 'answer: expected 42, seen 41.'],
  // Records on stdout are mere output, and harmless.
  standard_output_and_right: ['passed'],
  kernel_log: ['failed', 'answer: expected 42, seen 41.', NOT_BELIEVED],
  terminal: ['failed', 'answer: expected 42, seen 41.', NOT_BELIEVED],
  terminal_and_right: ['failed', NOT_BELIEVED],
  // The nonce was stolen; otherwise a problem would say so.
  terminal_with_the_nonce: ['failed', 'answer: expected 42, but it was not observed.', NOT_BELIEVED],
};

test.serial('records that a program writes in the agent’s name are not believed', async (t) => {
  t.timeout(TIMEOUT_MS);
  await using run = await runInGuests(PROJECT, { kernels: ['linux-6.12'], specs: ['forgeries'] });
  t.is(run.record.cases.length, 2 * Object.keys(FORGERIES).length);
  for (const { case: name, arch, outcome, problems } of run.record.cases) {
    const [expected, ...beginnings] = FORGERIES[name] ?? [];
    t.true(outcome === expected, `${name} ${arch}: ${outcome}`);
    t.is(problems.length, beginnings.length, `${name} ${arch}: ${problems.join(' ')}`);
    for (const [index, beginning] of beginnings.entries())
      t.true(problems[index]?.startsWith(beginning), `${name} ${arch}: ${problems[index]}`);
  }
});

/** Formats that could mistake that for markup. */
const MARKUP = new Set(['html', 'junit']);
const MIB = 2 ** 20;
/** Of this thread, which runs kgate and no other test. */
const MEMORY_MAX = 400 * MIB;
/** Of everything that twelve such cases leave behind. */
const FILES_MAX = 24 * MIB;

test.serial('output without bounds or sense costs neither memory, disk nor a terminal', async (t) => {
  t.timeout(TIMEOUT_MS);
  let peak = 0;
  const sampler = setInterval(() => {
    const { heapTotal, external } = process.memoryUsage();
    peak = Math.max(peak, heapTotal + external);
  }, 20);
  await using run = await runInGuests(PROJECT, { kernels: ['linux-6.12'], specs: ['floods'] });
  clearInterval(sampler);
  const { record, folder } = run;
  t.deepEqual(
    record.cases.map(({ case: name, outcome }) => `${name} ${outcome}`),
    record.cases.map(({ case: name }) => `${name} ${name === 'gigabyte' ? 'passed' : 'failed'}`),
  );
  for (const result of record.cases) {
    const all = await readFile(join(folder, result.console!.replace(/\.log$/u, '.output.log')), 'utf8').catch(
      () => result.output ?? '',
    );
    // The record and the file with the whole output state how much was cut.
    if (result.case === 'gigabyte') {
      t.regex(all, /\n\[kgate: \d{10} bytes left out\]\n/u);
      t.regex(all, /the end\n$/u);
      t.regex(
        result.output ?? '',
        /\[kgate: \d+ characters left out\][^]*\[kgate: all of it is in consoles\//u,
      );
    }
    if (result.case === 'long_line') t.true(all.length >= MIB);
  }
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  t.log(`${(total / MIB).toFixed(1)} MiB of files, ${(peak / MIB).toFixed(0)} MiB of memory at most`);
  t.true(total < FILES_MAX);
  t.true(peak > 0 && peak < MEMORY_MAX);

  const recorded = { run: record, folder };
  const formats = reportFormats.filter(({ name }) => name !== 'lcov' && name !== 'mail');
  for (const format of formats) {
    const text = await format.render(recorded, { palette: createPalette(false) });
    // No control character but line feeds and tabs, in any of them.
    t.notRegex(text, /[^\P{Cc}\n\t]/u, format.name);
    if (MARKUP.has(format.name)) t.notRegex(text, /<script>alert/u, format.name);
    t.true(text.length < 8 * MIB, format.name);
  }
});

// Gates the example series and writes what kgate has to say of it to docs/examples/. Run it with "npm run examples": it
// builds and boots kernels, which takes minutes. "npm run examples -- --render" only renders the recorded run again,
// after a change to a report; a test fails while what is written is stale.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { launchBrowser, showReport } from '../fixtures/report/browser.ts';
import { EXAMPLE_RECORD, renderExamples } from '../fixtures/report/examples.ts';
import { runRecordSchema } from '../src/run/record/record.ts';

const root = resolve(import.meta.dirname, '..');
/** What `kgate gate` ends with when a series is bad, as this one is meant to be. */
const EXIT_BAD = 1;

if (!process.argv.includes('--render')) await recordRun();
for (const [file, text] of Object.entries(await renderExamples())) {
  await writeFile(join(root, file), text);
  console.log(`Wrote ${file}`);
}
await takePicture('docs/examples/report.html', 'docs/examples/report.png');

/** What a reader sees first of the report, for those who read about it. */
async function takePicture(report: string, picture: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    const html = await readFile(join(root, report), 'utf8');
    await using shown = await showReport(browser, html, { viewport: { width: 1200, height: 680 } });
    await shown.page.screenshot({ path: join(root, picture) });
    console.log(`Wrote ${picture}`);
  } finally {
    await browser.close();
  }
}

async function recordRun(): Promise<void> {
  const command = 'gate docs/examples/mremap-cleanups.mbox specs/mm --base linux-6.12 --arch x86_64 --json';
  const { exitCode, stdout } = await execa('node', [join(root, 'bin/kgate.js'), ...command.split(' ')], {
    cwd: root,
    stderr: 'inherit',
    reject: false,
  });
  if (exitCode !== EXIT_BAD)
    throw new Error(`The gate ended with ${String(exitCode)}; ${EXIT_BAD} was expected.`);
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(stdout));
  await keepRecord(join(root, '.kgate/runs', id));
}

/** Copies the records, and those consoles that say anything. The path of the checkout is left out. */
async function keepRecord(folder: string): Promise<void> {
  const target = join(root, EXAMPLE_RECORD);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const file of ['run.json', 'gate.json', 'coverage.json']) {
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(target, file), text.replaceAll(`${root}/`, ''));
  }
  const { cases } = runRecordSchema.parse(JSON.parse(await readFile(join(target, 'run.json'), 'utf8')));
  for (const { console: path } of cases) {
    if (path === undefined || (await readFile(join(folder, path), 'utf8')) === '') continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(folder, path), join(target, path));
  }
}

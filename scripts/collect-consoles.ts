/**
 * Turns the consoles of runs of fixtures/troubles into logs of the corpus, with what kgate finds in them:
 *
 *     node scripts/collect-consoles.ts RUN…
 *
 * RUN is the folder of a run. A log is `<case>-<kernel version>-<arch>.log` in fixtures/console: the line with which the
 * kernel began to boot, and then everything on the console while the case ran. Findings are to be read before they are
 * committed: they are what kgate finds, not what is right.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeFindings } from '../fixtures/console/describe-findings.ts';
import { hasBootBanner } from '../src/console/kernel-text/boot-banner.ts';
import { runRecordSchema, type CaseResult } from '../src/run/record/record.ts';

const CORPUS = join(import.meta.dirname, '../fixtures/console');
/** From here on the file repeats what the agent read from the kernel's memory. */
const KERNEL_LOG = '\n--- /dev/kmsg since the case began ---\n';

for (const run of process.argv.slice(2)) {
  const { cases } = runRecordSchema.parse(JSON.parse(await readFile(join(run, 'run.json'), 'utf8')));
  for (const result of cases) await collect(run, result);
}

async function collect(run: string, { case: name, kernel, arch, console: path }: CaseResult): Promise<void> {
  if (path === undefined) return;
  const file = join(run, path);
  const bootLog = join(dirname(file), '..', 'boot-2cpu-384MiB.log');
  const boot = await readFile(bootLog, 'utf8').catch(() => undefined);
  // A kernel that did not boot shows nothing of the case.
  if (boot === undefined) return;
  const [said = ''] = (await readFile(file, 'utf8')).split(KERNEL_LOG);
  const version = kernel.replace(/^\D+/u, '');
  if (name === 'healthy_boot') {
    await save(`clean-${version}-${arch}`, boot);
    return;
  }
  const banner = boot.split('\n').find((line) => line.includes('Linux version') && hasBootBanner(line)) ?? '';
  await save(`${name.replaceAll('_', '-')}-${version}-${arch}`, `${banner}\n${said}`);
}

async function save(name: string, text: string): Promise<void> {
  await writeFile(join(CORPUS, `${name}.log`), text);
  const findings = describeFindings(text);
  await writeFile(join(CORPUS, `${name}.findings`), findings);
  console.log(`${name}\n${findings.replaceAll(/^(?=.)/gmu, '    ')}`);
}

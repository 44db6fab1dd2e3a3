// Installs Debian 12, 13 and testing as bare systems, each with its own Node and npm and nothing of kgate's, and runs
// "npm start" and "npm run test:fast" in a clone of this checkout there. Wants root and debootstrap, 12 GiB of room and
// about a quarter of an hour of both processors for each: "npm run test:hosts". With "-- --suite trixie" only that one.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { installBareSystem, type BareSystem } from './hosts/bare-system.ts';

const SUITES = ['bookworm', 'trixie', 'testing'];
const STEPS = ['npm start', 'npm run test:fast'] as const;

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    suite: { type: 'string', multiple: true, default: SUITES },
    commands: { type: 'string', multiple: true },
  },
});
const file = join(root, '.kgate', 'test-hosts.json');
const say = (line: string) => void process.stderr.write(`${line}\n`);
const outcome = z.strictObject({
  command: z.string(),
  seconds: z.number(),
  result: z.string(),
  passed: z.boolean(),
});
const host = z.strictObject({
  suite: z.string(),
  date: z.string(),
  machine: z.string(),
  versions: z.string(),
  steps: z.array(outcome),
});
const known = z.array(host).parse(JSON.parse(await readFile(file, 'utf8').catch(() => '[]')));

for (const suite of values.suite) {
  say(`${suite}: installing`);
  await using system = await installBareSystem(suite, `/var/tmp/kgate-hosts/${suite}`);
  await execa('git', ['clone', '--quiet', root, join(system.folder, 'root/kgate')]);
  const steps: z.infer<typeof outcome>[] = [];
  for (const command of values.commands ?? STEPS) {
    const started = performance.now();
    const { exitCode, output } = await system.run(`cd /root/kgate && ${command}`);
    if (exitCode !== 0) say(output);
    const lines = output.trimEnd().split('\n');
    const result =
      lines.findLast((line) => /passed|failed|PASSED|FAILED/u.test(line))?.trim() ?? `exit ${exitCode}`;
    const complaint = lines.some((line) => line.startsWith('E:')) ? '; apt complained' : '';
    const seconds = Math.round((performance.now() - started) / 1_000);
    steps.push({
      command,
      seconds,
      result: `${result}${complaint}`,
      passed: exitCode === 0 && complaint === '',
    });
    say(`${suite}: ${command}: ${result} in ${seconds} s`);
  }
  const index = known.findIndex((one) => one.suite === suite);
  if (index >= 0) known.splice(index, 1);
  known.push({
    suite,
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: await versions(system),
    steps,
  });
  await mkdir(join(root, '.kgate'), { recursive: true });
  await writeFile(file, `${JSON.stringify(known, undefined, 2)}\n`);
}
process.stdout.write(render());
process.exitCode = known.every(({ steps }) => steps.every(({ passed }) => passed)) ? 0 : 1;

function describeMachine(): string {
  return `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

async function versions(system: BareSystem): Promise<string> {
  const { output } = await system.run(
    'echo "Node $(node --version), npm $(npm --version), $(qemu-system-x86_64 --version | sed -n 1p), gcc $(gcc -dumpfullversion)"',
  );
  return output.trim();
}

function render(): string {
  const rows = known.flatMap(({ suite, date, machine, versions: found, steps }) =>
    steps.map(
      ({ command, seconds, result }) =>
        `| ${suite} | ${found} | \`${command}\` | ${result} | ${seconds} s | ${date} | ${machine} |`,
    ),
  );
  return [
    '| host | versions | command | result | time | date | machine |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

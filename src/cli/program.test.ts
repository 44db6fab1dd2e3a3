import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../errors.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { runKgate } from '../../fixtures/cli/run-kgate.ts';

const run = (args: readonly string[], cwd = import.meta.dirname) => runKgate(args, cwd);

test('an unknown flag is a usage error that suggests the closest', async (t) => {
  const { exitCode, error } = await run(['run', '--kernle', 'x']);
  t.is(exitCode, 2);
  t.regex(error, /^error: There is no option "--kernle"\. Did you mean "--kernel"\?\n/u);
});

test('an unknown command is a usage error that suggests the closest', async (t) => {
  const { exitCode, error } = await run(['rnu']);
  t.is(exitCode, 2);
  t.regex(error, /^error: There is no command "rnu"\. Did you mean "run"\?\n/u);
});

test('an unknown architecture is a usage error that suggests the closest', async (t) => {
  const { exitCode, error } = await run(['run', '--arch', 'x86-64']);
  t.is(exitCode, 2);
  t.regex(error, /There is no architecture "x86-64"\. Did you mean "x86_64"\?/u);
});

for (const count of ['0', '1.5', 'many', '-1']) {
  test(`"--repeat ${count}" is a usage error`, async (t) => {
    t.is((await run(['run', '--repeat', count])).exitCode, 2);
  });
}

const EXITS: Readonly<Record<string, readonly number[]>> = {
  run: [0, 1, 2, 3, 4, 69, 130],
  gate: [0, 1, 2, 3, 4, 5, 69, 130],
  check: [0, 2, 3, 4, 69, 130],
  prove: [0, 1, 2, 3, 4, 69, 130],
  bisect: [0, 1, 2, 3, 4, 69, 130],
  mutants: [0, 1, 2, 3, 4, 69, 130],
  build: [0, 2, 3, 4, 69, 130],
  report: [0, 2, 130],
  merge: [0, 1, 2, 4, 130],
  scan: [0, 1, 2, 130],
  list: [0, 2, 130],
  prune: [0, 2, 130],
  init: [0, 2, 130],
  doctor: [0, 2, 69, 130],
  completion: [0, 2, 130],
};

for (const [command, exits] of Object.entries(EXITS)) {
  test(`the help of "${command}" ends with three examples and its own exit codes`, async (t) => {
    const { exitCode, out } = await run([command, '--help']);
    t.is(exitCode, 0);
    t.regex(out, /Examples:\n(?: {2}\S.*\n){3}\nExit codes:\n(?: {2}\d+ +\S.*\n)+$/u);
    const codes = out.slice(out.indexOf('Exit codes:')).matchAll(/^ {2}(\d+) /gmu);
    t.deepEqual(
      [...codes].map(([, code]) => Number(code)),
      exits,
    );
  });
}

test('the version is printed', async (t) => {
  t.is((await run(['--version'])).out, '1.2.3\n');
});

async function createProject(spec: string) {
  const folder = await createTemporaryFolder('kgate-project');
  await mkdir(join(folder.path, 'specs'));
  await mkdir(join(folder.path, 'guests/programs/area'), { recursive: true });
  await writeFile(join(folder.path, 'guests/programs/area/one.c'), 'CASE(alpha)\n{\n}\nCASE(beta)\n{\n}\n');
  await writeFile(join(folder.path, 'specs/one.yaml'), spec);
  return folder;
}

const SPEC = `spec: one
summary: a summary
program: area/one.c
cases:
  alpha: { about: first, tags: [A-1], expect: { x: 1 } }
`;

test('a project of one’s own is found from below, and uses the kernels that kgate brings', async (t) => {
  await using project = await createProject(SPEC);
  const { out, error } = await run(['list', '--tags'], join(project.path, 'guests/programs'));
  t.regex(out, /process-vm-mmap-6\.12 +patched +x86_64, arm64/u);
  t.regex(out, /one {2}a summary\n {2}\S*specs\/one\.yaml\n {4}alpha +every +A-1 +first\n/u);
  t.regex(error, /No spec judges these cases:\n {2}area\/one\.c beta\n/u);
});

test('tags are counted, and select what is listed', async (t) => {
  const more = '  beta: { about: second, tags: [A-1, B-2], requires: [CONFIG_NOWHERE], expect: { x: 1 } }\n';
  await using project = await createProject(SPEC + more);
  const all = await run(['list', '--tags'], project.path);
  t.regex(all.out, /Tags\n {2}A-1 +2 cases\n {2}B-2 +1 case\n2 tags on 2 cases\n$/u);
  t.regex(all.out, /process-vm-mmap-6\.12 arm64 lacks CONFIG_NOWHERE: 1 case\n {4}one › beta\n/u);
  const some = await run(['list', '--tag', 'B-*'], project.path);
  t.regex(some.out, /beta/u);
  t.notRegex(some.out, /alpha/u);
});

test('a list for programs holds kernels, specs and cases', async (t) => {
  await using project = await createProject(SPEC);
  const { out } = await run(['list', '--json'], project.path);
  const listed: unknown = JSON.parse(out);
  t.like(listed, { specs: [{ spec: 'one', cases: [{ case: 'alpha', timeoutMs: 10_000 }] }] });
});

test('a plan is printed, and nothing is executed', async (t) => {
  const more = '  beta: { about: second, arch: [arm64], why: a reason, expect: { x: 1 } }\n';
  await using project = await createProject(SPEC + more);
  const plan = ['run', '--list', '--kernel', 'linux-6.12'];
  t.is(
    (await run(plan, project.path)).out,
    [
      'linux-6.12  x86_64',
      '  one/alpha   first',
      '',
      'linux-6.12  arm64',
      '  one/alpha   first',
      '  one/beta    second',
      '',
      '3 cases planned, nothing executed',
      '',
    ].join('\n'),
  );
  const chosen = await run(
    [...plan, '--case', 'one/alpha', '--arch', 'arm64', '--repeat', '2', '--json'],
    project.path,
  );
  t.like(JSON.parse(chosen.out), {
    cases: [
      { spec: 'one', case: 'alpha', kernel: 'linux-6.12', arch: 'arm64', repeat: 1 },
      { spec: 'one', case: 'alpha', repeat: 2 },
    ],
  });
});

test('without a last run there is nothing that failed in it', async (t) => {
  await using project = await createProject(SPEC);
  await t.throwsAsync(run(['run', '--last-failed'], project.path), {
    instanceOf: UsageError,
    code: 'RECORD_MISSING',
  });
});

test('a case that its program does not have is found before anything is built', async (t) => {
  await using project = await createProject(SPEC.replace('alpha:', 'alpah:'));
  const error = await t.throwsAsync(run(['run'], project.path), {
    instanceOf: UsageError,
    code: 'SPEC_UNKNOWN_PROGRAM',
  });
  t.regex(error.detail!, /specs\/one\.yaml:5:3 .*has no case "alpah"\. Did you mean "alpha"\?/u);
});

test('an unknown kernel is found before anything is built', async (t) => {
  await using project = await createProject(SPEC);
  await t.throwsAsync(run(['run', '--kernel', 'linux-6.112'], project.path), {
    instanceOf: UsageError,
    message: /There is no kernel "linux-6\.112"\. Did you mean "linux-6\.12"\?/u,
  });
});

test('what the host has is shown with the list that set-up installs from', async (t) => {
  const { out, exitCode } = await run(['doctor', '--json']);
  const report = JSON.parse(out) as { usable: boolean; requirements: readonly { name: string }[] };
  t.true(report.requirements.some(({ name }) => name === 'qemu-system-aarch64'));
  t.is(exitCode, report.usable ? 0 : 69);
});

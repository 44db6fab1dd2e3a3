import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../errors.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { formatDiagnostic } from './diagnostic.ts';
import { loadSpec, loadSpecs } from './load-specs.ts';

const GOOD = `spec: vdso
summary: The vDSO cannot be cloned
program: special/vdso.c
tags: [SPC]
cases:
  whole:
    about: clone all of it
    tags: [SPC-01]
    expect: { call.errno: EOPNOTSUPP, tlb.ipis: 1 }
    differs:
      arm64: { expect: { tlb.ipis: 0 }, why: arm64 broadcasts its flushes }
  gate:
    about: clone the gate area
    arch: [x86_64]
    why: only x86-64 has one
    timeout: 2 min
    expect: { call.errno: EFAULT }
on:
  base: { every: { call.errno: ENOSYS }, cases: { gate: { call.errno: EFAULT } } }
`;

const problems = (text: string, path = '/specs/vdso.yaml'): string[] =>
  loadSpec(path, text).problems.map(formatDiagnostic);

test('defaults are filled in', (t) => {
  const { spec } = loadSpec('/specs/vdso.yaml', GOOD);
  t.deepEqual(spec?.shape, { cpus: 1, memoryMiB: 320 });
  t.is(spec?.arches, undefined);
  t.deepEqual(
    spec?.cases.map(({ timeoutMs, tags, arches, location }) => ({ timeoutMs, tags, arches, location })),
    [
      {
        timeoutMs: 10_000,
        tags: ['SPC', 'SPC-01'],
        arches: undefined,
        location: '/specs/vdso.yaml:6',
      },
      { timeoutMs: 120_000, tags: ['SPC'], arches: ['x86_64'], location: '/specs/vdso.yaml:12' },
    ],
  );
});

test('expectations follow the architecture on a patched kernel', (t) => {
  const whole = loadSpec('/specs/vdso.yaml', GOOD).spec!.cases[0]!;
  t.deepEqual(whole.expectations('patched', 'x86_64'), { 'call.errno': 'EOPNOTSUPP', 'tlb.ipis': 1 });
  t.deepEqual(whole.expectations('patched', 'arm64'), { 'call.errno': 'EOPNOTSUPP', 'tlb.ipis': 0 });
});

test('a base kernel has expectations of its own, by case before by spec', (t) => {
  const [whole, gate] = loadSpec('/specs/vdso.yaml', GOOD).spec!.cases;
  t.deepEqual(whole!.expectations('base', 'arm64'), { 'call.errno': 'ENOSYS' });
  t.deepEqual(gate!.expectations('base', 'x86_64'), { 'call.errno': 'EFAULT' });
});

test('without "on" a spec holds on base kernels too', (t) => {
  const { spec } = loadSpec('/specs/vdso.yaml', GOOD.replace(/^on:[^]*/mu, ''));
  t.is(spec!.cases[1]!.expectations('base', 'x86_64')['call.errno'], 'EFAULT');
});

test('a spec is named after its file', (t) => {
  t.regex(
    problems(GOOD, '/specs/vvar.yaml')[0]!,
    /^\/specs\/vvar\.yaml:1:7 .*expected "vvar", found "vdso"/u,
  );
});

test('an architecture is left out only with a reason', (t) => {
  const [problem] = problems(GOOD.replace('    why: only x86-64 has one\n', ''));
  t.regex(
    problem!,
    /vdso\.yaml:14:11 Say in "why" what keeps the case from running on other architectures\./u,
  );
  const [named] = problems(
    GOOD.replace('    why: only x86-64 has one\n', '').replace('cases:', 'arch: [x86_64, arm64]\ncases:'),
  );
  t.regex(named!, /from running on arm64\./u);
});

test('nothing can differ on an architecture that the case does not run on', (t) => {
  const text = GOOD.replace('    about: clone all of it', '    about: x\n    arch: [x86_64]\n    why: y');
  t.regex(problems(text)[0]!, /:13:7 The case does not run on arm64, so nothing can differ there\./u);
});

test('a case named for base kernels exists', (t) => {
  const [problem] = problems(GOOD.replace('cases: { gate:', 'cases: { gaet:'));
  t.regex(problem!, /The spec has no case "gaet"\. Did you mean "gate"\?/u);
});

test('a case that expects nothing is refused', (t) => {
  const [problem] = problems(GOOD.replace('expect: { call.errno: EFAULT }', 'expect: {}'));
  t.regex(problem!, /Expect at least one observation/u);
});

test('a misspelt matcher gets the closest one', (t) => {
  const [problem] = problems(GOOD.replace('{ call.errno: EFAULT }', '{ call.errno: { on_of: [a] } }'));
  t.regex(problem!, /Unknown key "on_of"\. Did you mean "one_of"\?/u);
});

test('the problems of all files of a folder come in one error', async (t) => {
  await using folder = await createTemporaryFolder('kgate-specs');
  await mkdir(join(folder.path, 'area'));
  await writeFile(join(folder.path, 'area', 'vdso.yaml'), GOOD.replace('summary', 'sumary'));
  await writeFile(join(folder.path, 'vvar.yaml'), GOOD.replace('10 s', '10').replace('2 min', 'soon'));
  const error = await t.throwsAsync(loadSpecs(folder.path), { instanceOf: UsageError, code: 'SPEC_INVALID' });
  t.regex(error.message, /Found 3 problems in 2 files\./u);
  t.regex(
    error.detail!,
    /area\/vdso\.yaml:1:1 The key "summary" is missing.*vvar\.yaml:16:14 Write a duration/su,
  );
});

test('two specs cannot have one name', async (t) => {
  await using folder = await createTemporaryFolder('kgate-specs');
  for (const area of ['one', 'two']) {
    await mkdir(join(folder.path, area));
    await writeFile(join(folder.path, area, 'vdso.yaml'), GOOD);
  }
  const error = await t.throwsAsync(loadSpecs(folder.path), { instanceOf: UsageError });
  t.regex(error.detail!, /two\/vdso\.yaml:1:7 The name "vdso" is taken by .*one\/vdso\.yaml/u);
});

test('a file that ends in .yml is an error rather than passed over', async (t) => {
  await using folder = await createTemporaryFolder('kgate-specs');
  await writeFile(join(folder.path, 'vdso.yml'), GOOD);
  await t.throwsAsync(loadSpecs(folder.path), { instanceOf: UsageError, code: 'SPEC_MISNAMED' });
});

test('a missing folder of specs is named', async (t) => {
  const error = await t.throwsAsync(loadSpecs('/nonexistent/specs'), { instanceOf: UsageError });
  t.regex(error.message, /\/nonexistent\/specs/u);
});

const crashing = (given: string) => GOOD.replace('expect: { call.errno: EFAULT }', given);

test('a case can have to crash, and need not observe anything then', (t) => {
  const { spec, problems: found } = loadSpec('/specs/vdso.yaml', crashing("expect_splat: '^KASAN'"));
  t.deepEqual(found, []);
  const [whole, gate] = spec!.cases;
  t.is(whole!.crash('patched'), undefined);
  t.deepEqual(gate!.crash('patched'), { kind: 'splat', matches: '^KASAN' });
  t.is(gate!.crash('base'), undefined);
});

test('a case cannot crash in two ways, nor have nothing to do', (t) => {
  t.regex(
    problems(crashing('expect_reset: true\n    expect_panic: x')).join(),
    /crash in one way: expect_panic says which/u,
  );
  t.regex(problems(crashing('tags: [X]')).join(), /Say in "expect" what the case must observe/u);
  t.false(loadSpec('/specs/vdso.yaml', crashing("expect_splat: '('")).problems.length === 0);
});

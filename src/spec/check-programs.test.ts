import test from 'ava';
import { checkObservations, checkPrograms, uncoveredCases } from './check-programs.ts';
import { formatDiagnostic } from './diagnostic.ts';
import { loadSpec } from './load-specs.ts';

const TEXT = `spec: vdso
summary: s
program: special/vdso.c
cases:
  whole: { about: a, expect: { call.errno: EFAULT }, differs: { arm64: { expect: { call.errrno: none }, why: w } } }
on: { base: { every: { call.erno: ENOSYS } } }
`;
const { spec } = loadSpec('/specs/vdso.yaml', TEXT);

const messages = (found: readonly Parameters<typeof formatDiagnostic>[0][]): string[] =>
  found.map((one) => formatDiagnostic(one).split('\n')[0]!);

test('an unknown program is an error with the closest known one', (t) => {
  t.deepEqual(messages(checkPrograms([spec!], new Map([['special/vdos.c', ['whole']]]))), [
    '/specs/vdso.yaml:3:10 There is no program "special/vdso.c" below guests/programs. Did you mean "special/vdos.c"?',
  ]);
});

test('a case that the program does not have is an error with the closest one', (t) => {
  t.deepEqual(messages(checkPrograms([spec!], new Map([['special/vdso.c', ['whloe', 'part']]]))), [
    '/specs/vdso.yaml:5:3 The program special/vdso.c has no case "whole". Did you mean "whloe"?',
  ]);
});

test('cases that no spec judges are found', (t) => {
  t.deepEqual(uncoveredCases([spec!], new Map([['special/vdso.c', ['whole', 'part']]])), [
    'special/vdso.c part',
  ]);
});

test('a misspelt observation is found wherever expectations can stand', (t) => {
  const programs = new Map([['special/vdso.c', { observations: ['call.errno'] }]]);
  t.deepEqual(messages(checkObservations([spec!], programs, 'arm64')), [
    '/specs/vdso.yaml:5:84 The program special/vdso.c never observes "call.errrno". Did you mean "call.errno"?',
    '/specs/vdso.yaml:6:24 The program special/vdso.c never observes "call.erno". Did you mean "call.errno"?',
  ]);
});

test('observations for another architecture are not required here', (t) => {
  const text = TEXT.replace('a, expect', 'a, arch: [arm64], why: w, expect').replace(
    'call.erno',
    'call.errno',
  );
  const { spec: armOnly } = loadSpec('/specs/vdso.yaml', text);
  const programs = new Map([['special/vdso.c', { observations: ['call.errno'] }]]);
  t.deepEqual(checkObservations([armOnly!], programs, 'x86_64'), []);
  t.is(checkObservations([armOnly!], programs, 'arm64').length, 1);
});

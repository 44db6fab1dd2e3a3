import test from 'ava';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { splatOf } from '../../../fixtures/run/splat.ts';
import { findAllowing, parseAllowList, type AllowedSplat } from './allow-list.ts';
import { createAllowance } from './allowance.ts';
import { judgeCase } from '../judge/judge-case.ts';
import type { PlannedCase } from '../plan/plan.ts';

const TODAY = new Date('2026-11-23T12:00:00Z');
const FILE = '/project/allowed-splats.yaml';
const SCENE = { kernels: ['linux-debug+x', 'linux-debug'], arch: 'arm64', variant: 'debug' } as const;

const entry = (more = '') => `  - title: WARNING in f
    reason: known since 6.1
    link: https://example.org/1
    expires: 2026-12-31
${more}`;

function parse(text: string): readonly AllowedSplat[] {
  const checked = parseAllowList(`allowed:\n${text}`, FILE, TODAY);
  if (!checked.ok) throw new Error(checked.diagnostics.map(({ message }) => message).join('\n'));
  return checked.entries;
}

const allows = (text: string, title = 'WARNING in f') =>
  findAllowing(parse(text), { title }, SCENE) !== undefined;

test('a title is allowed as a whole', (t) => {
  t.true(allows(entry()));
  t.false(allows(entry(), 'WARNING in f2'));
});

test('a regular expression allows every title in which it finds something', (t) => {
  const text = entry().replace('title: WARNING in f', 'matches: ^WARNING in (f|g)$');
  t.true(allows(text, 'WARNING in g'));
  t.false(allows(text, 'WARNING in h'));
});

test('an entry can be for some kernels, architectures and variants only', (t) => {
  t.true(allows(entry('    kernels: [linux-*]\n    arch: [arm64]\n    variants: [debug]\n')));
  t.false(allows(entry('    kernels: [other-*]\n')));
  t.false(allows(entry('    arch: [x86_64]\n')));
  t.false(allows(entry('    variants: [plain]\n')));
});

const refused = test.macro((t, text: string, place: string, message: RegExp) => {
  const checked = parseAllowList(`allowed:\n${text}`, FILE, TODAY);
  const [problem] = checked.ok ? [] : checked.diagnostics;
  t.is(`${problem?.file}:${problem?.range.line}:${problem?.range.column}`, `${FILE}:${place}`);
  t.regex(problem?.message ?? '', message);
});

test('an expired entry is refused', refused, entry().replace('2026-12-31', '2026-11-22'), '5:14', /expired/u);
test(
  'an entry needs a title or a pattern',
  refused,
  entry().replace('title: ', 'owner: '),
  '2:5',
  /"title"/u,
);
test('an entry needs a link or an owner', refused, entry().replace(/ +link.*\n/u, ''), '2:5', /"owner"/u);
test(
  'a pattern has to be a regular expression',
  refused,
  entry().replace('title: WARNING in f', "matches: '('"),
  '2:5',
  /regular expression/u,
);

test('an entry holds on its last day', (t) => {
  t.true(allows(entry().replace('2026-12-31', '2026-11-23')));
});

const planned = { kernel: 'linux-debug', arch: 'arm64' } as PlannedCase;
const kernels = [{ id: 'linux-debug', variant: 'debug' }];
const WARNING = splatOf('WARNING: CPU: 1 PID: 77 at f+0x10/0x20');
const BUG = splatOf('kernel BUG at mm/x.c:3!');

test('an allowed splat and its taint decide nothing, and are recorded', (t) => {
  const allowance = createAllowance(parse(entry()), { plan: [planned], kernels, complete: true });
  const transcript = createTranscript({ splats: [WARNING], taint: { before: 0, after: 512 } });
  const judgement = judgeCase(transcript, {}, (splat) => allowance.find(splat, planned));
  t.is(judgement.outcome, 'passed');
  t.deepEqual(
    judgement.allowed?.map(({ splat, entry: { reason } }) => [splat.title, reason]),
    [['WARNING in f', 'known since 6.1']],
  );
  t.deepEqual(allowance.complaints(), []);
});

test('an entry for a base kernel also holds with a series on top, but not the other way round', (t) => {
  const onlyFor = (id: string) =>
    createAllowance(parse(entry(`    kernels: [${id}]\n`)), {
      plan: [planned],
      kernels: [{ id: 'linux-debug', variant: 'debug', base: 'linux' }],
      complete: true,
    });
  t.not(onlyFor('linux').find(WARNING, planned), undefined);
  t.not(onlyFor('linux-debug').find(WARNING, planned), undefined);
  t.is(onlyFor('linux-debug-with-series').find(WARNING, planned), undefined);
});

test('another splat beside an allowed one crashes the case', (t) => {
  const allowance = createAllowance(parse(entry()), { plan: [planned], kernels, complete: true });
  const transcript = createTranscript({ splats: [WARNING, BUG] });
  const judgement = judgeCase(transcript, {}, (splat) => allowance.find(splat, planned));
  t.is(judgement.outcome, 'crashed');
  t.is(judgement.splat, BUG);
});

test('an allowed splat does not excuse a taint that no report explains', (t) => {
  const allowance = createAllowance(parse(entry()), { plan: [planned], kernels, complete: true });
  const transcript = createTranscript({ splats: [WARNING], taint: { before: 0, after: 512 + 2 } });
  t.is(judgeCase(transcript, {}, (splat) => allowance.find(splat, planned)).outcome, 'crashed');
});

test('an entry that a complete run did not need is reported with its place', (t) => {
  const allowance = createAllowance(parse(entry()), { plan: [planned], kernels, complete: true });
  const [complaint] = allowance.complaints();
  t.regex(complaint ?? '', /allowed-splats\.yaml:2:5 allows "WARNING in f"/u);
});

test('no entry is reported after a partial run, or if it is about something else', (t) => {
  const part = createAllowance(parse(entry()), { plan: [planned], kernels, complete: false });
  t.deepEqual(part.complaints(), []);
  const other = createAllowance(parse(entry('    arch: [x86_64]\n')), {
    plan: [planned],
    kernels,
    complete: true,
  });
  t.deepEqual(other.complaints(), []);
});

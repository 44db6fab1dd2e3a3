import test from 'ava';
import * as fc from 'fast-check';
import { createComparedFinding, createComparison } from '../../../fixtures/report/fuzzed.ts';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createLineMutants } from '../../../fixtures/report/planted-bugs.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { renderMail } from './render-mail.ts';

const SENDER = 'Grüße Tester <tester@kernel.example>';
const BASE = { kernel: 'linux-6.12', expected: { 'call.errno': 'ENOSYS' } } as const;

const splat = {
  kind: 'warning',
  title: 'WARNING at mm/clone.c in clone_range',
  function: 'clone_range',
  lines: [
    '------------[ cut here ]------------',
    'WARNING: CPU: 0 PID: 33 at mm/clone.c:613 clone_range+0x8b/0x13e1',
    'CPU: 0 UID: 0 PID: 33 Comm: special Not tainted 6.12.117 #1',
    'RIP: 0010:clone_range+0x8b/0x13e1',
    'Code: 48 89 45 b0 48 89 f0 48 29 d8 48 89 45 b8',
    'RAX: ffff88800097ab28 RBX: 00007fdc32c22000 RCX: 0000000000000000',
    'Call Trace:',
    ' <TASK>',
    ' ? kmem_cache_alloc_noprof+0xc9/0xea',
    ' map_private_locked+0x62c/0x855',
    ' </TASK>',
  ],
};

const pair = (base: Partial<CaseResult>, patched: Partial<CaseResult> = {}): CaseResult[] => [
  createResult({ ...BASE, ...base }),
  createResult(patched),
];

function gateMail(cases: readonly CaseResult[], replaced: Partial<GateRecord> = {}): string {
  const run = createRecord(cases);
  const gate = createGate(run, { base: BASE.kernel, patched: 'process-vm-mmap-6.12' }, replaced);
  return renderMail({ folder: '/none', run, gate }, { sender: SENDER });
}

const headersOf = (mail: string): string => mail.slice(0, mail.indexOf('\n\n'));
const unfold = (headers: string): string[] => headers.replaceAll(/\n[ \t]/gu, ' ').split('\n');

const wrong: Partial<CaseResult> = {
  outcome: 'failed',
  observations: { 'call.errno': 'none' },
  problems: ['call.errno: expected EOPNOTSUPP, seen none.'],
};

test('a reply has the headers that keep it in its thread', (t) => {
  const headers = unfold(headersOf(gateMail(pair({}))));
  t.true(headers.includes('Subject: Re: [PATCH v3 0/2] mm: clone mappings of another process'));
  t.true(headers.includes('In-Reply-To: <20260102.clone-0-dev@kernel.example>'));
  t.true(headers.includes('References: <20260102.clone-0-dev@kernel.example>'));
  t.true(headers.includes('To: Ada Example <ada@kernel.example>'));
  t.true(
    headers.includes(
      'Cc: linux-mm@kvack.example, =?UTF-8?B?SsO8cmdlbiBCZWlzcGllbA==?= <juergen@kernel.example>, linux-kernel@vger.example',
    ),
  );
});

test('a mail about a plain run is no reply', (t) => {
  const mail = renderMail({ folder: '/none', run: createRecord([createResult(wrong)]) }, { sender: SENDER });
  const names = unfold(headersOf(mail)).map((header) => header.split(':')[0]);
  t.deepEqual(names, ['From', 'Subject', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding']);
  t.regex(mail, /call\.errno: expected EOPNOTSUPP, seen none\./u);
  t.regex(mail, /kgate run special-mappings --case vdso_whole \\\n {6}--kernel/u);
});

test('a wholly good series gets a Tested-by line', (t) => {
  t.regex(gateMail(pair({})), /^Tested-by: Grüße Tester <tester@kernel\.example>$/mu);
});

const withoutTestedBy = test.macro((t, cases: readonly CaseResult[], replaced: Partial<GateRecord> = {}) => {
  const mail = gateMail(cases, replaced);
  t.notRegex(mail, /Tested-by/iu);
  t.regex(mail, /verdict is/u);
});

const health = { arch: 'x86_64', newBootWarnings: [], newBuildWarnings: [] } as const;
test('a regression gets no Tested-by', withoutTestedBy, pair({}, wrong));
test('a new splat gets no Tested-by', withoutTestedBy, pair({}, { outcome: 'crashed', splat }));
test('a failure from before gets no Tested-by', withoutTestedBy, pair(wrong, wrong), { verdict: 'good' });
test(
  'a flaky case gets no Tested-by',
  withoutTestedBy,
  [...pair({}), createResult({ ...wrong, repeat: 2 })],
  {
    verdict: 'good',
  },
);
test('a skipped case gets no Tested-by', withoutTestedBy, pair({}, { outcome: 'skipped' }), {
  verdict: 'good',
});
test('a case without its other side gets no Tested-by', withoutTestedBy, [createResult()], {
  verdict: 'good',
});
test('an interrupted gate gets no Tested-by', withoutTestedBy, pair({}), { verdict: 'interrupted' });
test('a gate that could not judge gets no Tested-by', withoutTestedBy, pair({}), { verdict: 'infra-error' });
test('a gate without cases gets no Tested-by', withoutTestedBy, [], { verdict: 'good' });
test('a new warning of the boot gets no Tested-by', withoutTestedBy, pair({}), {
  health: [{ ...health, newBootWarnings: ['late initcall took 3 s'], newBuildWarnings: [] }],
});
test('a new warning of the compiler gets no Tested-by', withoutTestedBy, pair({}), {
  health: [{ ...health, newBootWarnings: [], newBuildWarnings: ['mm/clone.c:3: unused variable'] }],
});

const BROKEN_PATCH = {
  position: 1,
  subject: 'mm: add a helper',
  arch: 'x86_64',
  outcome: 'not-built',
} as const;
test('a patch that breaks bisection gets no Tested-by', withoutTestedBy, pair({}), {
  perCommit: [BROKEN_PATCH],
});

test('a patch that breaks bisection is named', (t) => {
  const mail = gateMail(pair({}), {
    perCommit: [{ ...BROKEN_PATCH, problem: 'mm/clone.c:3: no such function.' }],
  });
  t.regex(mail, /- 1\. mm: add a helper \[x86_64\]: not built: mm\/clone\.c:3: no such\n {4}function\./u);
});

test('kernels that were only built are told with the words of the compiler', (t) => {
  const mail = gateMail(pair({}), {
    otherBuilds: [
      { arch: 'x86_64', name: 'allnoconfig', outcome: 'builds' },
      { arch: 'arm64', name: 'no-mmu', outcome: 'broken', problem: 'mm/nommu.c:7: error: no such thing' },
    ],
    verdict: 'bad',
  });
  t.regex(mail, /Also built, without booting \(2\)\n {2}- x86_64, allnoconfig: builds\n/u);
  t.regex(mail, / {2}- arm64, no-mmu: does not build\n {6}mm\/nommu\.c:7: error: no such thing\n/u);
});

test("without a tester's name there is no Tested-by", (t) => {
  const run = createRecord(pair({}));
  const gate = createGate(run, { base: BASE.kernel, patched: 'process-vm-mmap-6.12' });
  const mail = renderMail({ folder: '/none', run, gate });
  t.notRegex(mail, /^(?:Tested-by|From):/mu);
});

test('a regression is told with spec, place, expected and seen, and one command', (t) => {
  const mail = gateMail(pair({}, wrong));
  t.regex(mail, /special-mappings > vdso_whole \[x86_64\]: failed, on the base passed/u);
  t.regex(mail, /spec specs\/special-mappings\.yaml:6/u);
  t.regex(mail, /- call\.errno: expected EOPNOTSUPP, seen none\./u);
  t.regex(
    mail,
    /kgate gate 20260102\.clone-0-dev@kernel\.example special-mappings \\\n {6}--case vdso_whole --arch x86_64/u,
  );
});

test('of a splat the mail has what tells where, and neither registers nor guesses', (t) => {
  const mail = gateMail(pair({}, { outcome: 'crashed', splat, observations: { 'call.errno': 'none' } }));
  t.regex(mail, /\| WARNING: at mm\/clone\.c:613 clone_range\+0x8b\/0x13e1\n/u);
  t.regex(mail, /\| map_private_locked/u);
  t.notRegex(mail, /RAX|Code:|kmem_cache|cut here|UID/u);
  t.regex(mail, /- call\.errno: expected EOPNOTSUPP, seen none\./u);
});

test('a stack with source lines replaces offsets, and the series is blamed', (t) => {
  const frames = [
    { function: 'clone_range', file: 'mm/clone.c', line: 613, patch: '0002-mm-clone.patch' },
    { function: 'no_source' },
    { function: 'do_clone', file: 'mm/clone.c', line: 700, inlined: true as const },
  ];
  const located = {
    ...splat,
    blame: 'In clone_range: mm/clone.c:613, added by 0002-mm-clone.patch.',
    frames,
  };
  const mail = gateMail(pair({}, { outcome: 'crashed', splat: located }));
  t.regex(mail, /- In clone_range: mm\/clone\.c:613, added by 0002-mm-clone\.patch\.\n/u);
  t.regex(
    mail,
    /\| WARNING: at mm\/clone\.c:613 clone_range.*\n {4}\| clone_range at mm\/clone\.c:613, added by 0002-mm-clone\.patch\n/u,
  );
  t.regex(mail, /\| do_clone \(inlined\) at mm\/clone\.c:700\n/u);
  t.notRegex(mail, /map_private_locked|no_source/u);
});

test('what happened to several cases is told once', (t) => {
  const crashed = { outcome: 'crashed', splat } as const;
  const mail = gateMail([...pair({}, crashed), ...pair({ case: 'vvar' }, { ...crashed, case: 'vvar' })]);
  t.is(mail.match(/map_private_locked/gu)?.length, 1);
  t.regex(mail, /New splats \(2 cases\)/u);
  t.regex(mail, /- The same: special-mappings > vvar/u);
});

test('no line of the body is wider than 72 columns, whatever a guest wrote', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ maxLength: 200 }),
      (text, name) => {
        const mail = gateMail(
          pair(
            { case: name },
            { case: name, outcome: 'crashed', problems: [text], splat: { ...splat, lines: [text] } },
          ),
          { reasons: [text] },
        );
        const body = mail.slice(mail.indexOf('\n\n'));
        const wide = body.split('\n').filter((line) => Array.from(line).length > 72);
        t.deepEqual(wide, []);
        t.notRegex(body, /^From /mu);
      },
    ),
    { numRuns: 60 },
  );
});

test('one item says how many small bugs in lines that ran were noticed, and where not', (t) => {
  t.regex(
    gateMail(pair({}), { mutants: createLineMutants() }).replaceAll(/\s+/gu, ' '),
    / - 1 of 2 small bugs in added lines that ran was noticed \(x86_64\); not: mm\/mremap\.c:911 \(vma_to_resize\), off by one /u,
  );
});

test('what generated programs found with the series only has its program in the mail', (t) => {
  const mail = gateMail(pair({}), { fuzz: createComparison(), verdict: 'bad' });
  t.regex(mail.replaceAll(/\s+/gu, ' '), /Fuzzed with 4,800 programs of mm in 30\.0 s \(x86_64\), seed 7/u);
  t.regex(
    mail.replaceAll(/\s+/gu, ' '),
    /in 3 of 3 fresh guests with the series and in 0 of 3 on the base\./u,
  );
  t.regex(mail, /\n {2}static void process_a\(void\)\n {2}\{\n/u);
  t.notRegex(mail, /int main/u);
  t.regex(mail, /It says: line 12: madvise\(arena/u);
  t.notRegex(mail, /Tested-by:/u);
});

test('there is no Tested-by for a series with which generated programs showed something unclear', (t) => {
  const fuzz = createComparison({ findings: [createComparedFinding({ standing: 'unconfirmed' })] });
  t.regex(gateMail(pair({}), { fuzz: createComparison({ findings: [] }) }), /Tested-by:/u);
  t.notRegex(gateMail(pair({}), { fuzz }), /Tested-by:/u);
  const [arch] = fuzz.arches;
  const left = [{ signature: 'died: by SIGSEGV', seenOn: 'patched' as const }];
  const unseen = createComparison({ findings: [], arches: [{ ...arch!, ended: 'findings', left }] });
  t.notRegex(gateMail(pair({}), { fuzz: unseen }), /Tested-by:/u);
});

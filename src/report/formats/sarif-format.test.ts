import test from 'ava';
import { z } from 'zod';
import { createHostileResults } from '../../../fixtures/report/hostile.ts';
import { renderResults } from '../../../fixtures/report/render.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { createPalette } from '../text/palette.ts';
import { sarifFormat } from './sarif-format.ts';

const message = z.strictObject({ text: z.string().min(1) });
const location = z.strictObject({
  id: z.int().min(0).optional(),
  message: message.optional(),
  physicalLocation: z
    .strictObject({
      artifactLocation: z.strictObject({
        uri: z.string().regex(/^(?:file:\/\/\/)?[\w%.~/+-]+$/u),
        uriBaseId: z.string().optional(),
      }),
      region: z.strictObject({ startLine: z.int().min(1) }),
    })
    .optional(),
  logicalLocations: z.array(z.strictObject({ name: z.string(), kind: z.literal('function') })).optional(),
});

/** What kgate uses of SARIF 2.1.0, as strict as the standard is about it. */
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.literal('kgate'),
          semanticVersion: z.string(),
          rules: z.array(z.strictObject({ id: z.string(), shortDescription: message })),
        }),
      }),
      automationDetails: z.strictObject({ id: z.string() }),
      originalUriBaseIds: z.record(z.string(), z.strictObject({ description: message })),
      columnKind: z.literal('utf16CodeUnits'),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          level: z.enum(['warning', 'error']),
          message,
          locations: z.array(location).length(1),
          relatedLocations: z.array(location),
          stacks: z
            .array(z.strictObject({ message, frames: z.array(z.strictObject({ location })).min(1) }))
            .optional(),
          partialFingerprints: z.record(z.string(), z.string()),
          occurrenceCount: z.int().min(1),
        }),
      ),
    }),
  ]),
});

async function results(cases: readonly CaseResult[]) {
  const log = sarif.parse(JSON.parse(await renderResults(sarifFormat, cases)));
  const [{ results: found, tool, originalUriBaseIds: bases }] = log.runs;
  const rules = new Set(tool.driver.rules.map(({ id }) => id));
  for (const { ruleId, locations } of found) {
    if (!rules.has(ruleId)) throw new Error(`There is no rule ${ruleId}.`);
    const base = locations[0]?.physicalLocation?.artifactLocation.uriBaseId;
    if (base !== undefined && !(base in bases)) throw new Error(`There is no base ${base}.`);
  }
  return found;
}

const splat = (kind: string, line: string): Partial<CaseResult> => ({
  outcome: 'crashed',
  splat: { kind, title: `${kind} in f`, function: 'f', lines: [line, 'Call Trace:'] },
});

const LINES: readonly (readonly [line: string, place: string | undefined])[] = [
  [
    'WARNING: CPU: 1 PID: 36 at drivers/misc/lkdtm/bugs.c:112 lkdtm_WARNING+0x8/0xb',
    'drivers/misc/lkdtm/bugs.c:112',
  ],
  ['kernel BUG at mm/mmap.c:3!', 'mm/mmap.c:3'],
  ['UBSAN: array-index-out-of-bounds in ../lib/test.c:12:3', 'lib/test.c:12'],
  [
    'BUG: sleeping function called from invalid context at kernel/locking/rwsem.c:1523',
    'kernel/locking/rwsem.c:1523',
  ],
  ['Unable to handle kernel NULL pointer dereference at virtual address 0', undefined],
];

for (const [line, place] of LINES) {
  test(`"${line.slice(0, 40)}…" is found at ${place ?? 'its spec'}`, async (t) => {
    const [found] = await results([createResult(splat('bug', line))]);
    const { artifactLocation, region } = found!.locations[0]!.physicalLocation!;
    t.is(`${artifactLocation.uri}:${region.startLine}`, place ?? 'specs/special-mappings.yaml:6');
    t.is(artifactLocation.uriBaseId, place === undefined ? 'PROJECT' : 'KERNEL');
  });
}

test('a splat that several cases saw is one result', async (t) => {
  const found = await results([
    createResult(splat('warning', 'WARNING: CPU: 0 PID: 1 at mm/x.c:3 f+0x1/0x2')),
    createResult({ ...splat('warning', 'WARNING: CPU: 1 PID: 9 at mm/x.c:3 f+0x1/0x2'), case: 'other' }),
    createResult(splat('bug', 'kernel BUG at mm/x.c:9!')),
  ]);
  t.deepEqual(
    found.map(({ level, occurrenceCount }) => [level, occurrenceCount]),
    [
      ['warning', 2],
      ['error', 1],
    ],
  );
  t.regex(found[0]!.message.text, /Seen in .*vdso_whole.*, .*other/u);
});

test('places in specs are named from the top of the repository', async (t) => {
  const text = await sarifFormat.render(
    { folder: '/runs/x', run: createRecord([createResult(splat('oops', 'Oops: 0'))]) },
    { palette: createPalette(false), inRepository: (path) => `tools/kgate/${path}` },
  );
  t.regex(text, /"uri": "tools\/kgate\/specs\/special-mappings\.yaml"/u);
});

test('a stack is kept, and says where a splat without a place of its own is', async (t) => {
  const crash = splat('oops', 'BUG: kernel NULL pointer dereference, address: 0');
  const frames = [
    { function: 'memcpy' },
    { function: 'helper', file: 'mm/helper.h', line: 3, inlined: true as const },
    { function: 'f', file: './mm/x.c', line: 12, patch: '0001-mm.patch' },
  ];
  const blame = 'f() at mm/x.c:12 was added by 0001-mm.patch.';
  const [found] = await results([createResult({ ...crash, splat: { ...crash.splat!, frames, blame } })]);
  t.like(found!.locations[0], {
    physicalLocation: { artifactLocation: { uri: 'mm/x.c' }, region: { startLine: 12 } },
  });
  t.deepEqual(
    found!.stacks![0]!.frames.map((frame) => frame.location.logicalLocations?.[0]?.name),
    ['memcpy', 'helper', 'f'],
  );
  t.regex(found!.message.text, /added by 0001-mm\.patch/u);
});

test('a run without splats has no results', async (t) => {
  t.deepEqual(await results([createResult({ outcome: 'failed' })]), []);
});

test('what a guest prints is text, without control characters', async (t) => {
  const [found] = await results(createHostileResults());
  t.notRegex(JSON.stringify(found), /\\u00(?:0[0-8]|1b)|\u202e|##\[/u);
});

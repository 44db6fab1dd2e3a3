import type { GateRecord } from '../../gate/gate-record.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { Identify } from './identify.ts';

/** KCIDB's words: ERROR and MISS say that nothing is known of the code, for want of the test or of the harness. */
type Status = 'FAIL' | 'ERROR' | 'MISS' | 'PASS' | 'SKIP';

const STATUSES: Readonly<Record<CaseResult['outcome'], Status>> = {
  passed: 'PASS',
  failed: 'FAIL',
  crashed: 'FAIL',
  hung: 'FAIL',
  skipped: 'SKIP',
  'infra-error': 'ERROR',
};

/** What KCIDB takes of a log. */
const EXCERPT = 16_384;

/** Every execution of a case, and every case that was to be executed and was not. */
export function describeTests(
  run: RunRecord,
  gate: GateRecord | undefined,
  ids: Identify,
): readonly object[] {
  return [
    ...run.cases.map((result) => describeResult(result, run, ids)),
    ...(run.inapplicable ?? []).map(({ spec, case: name, kernel, arch, lacks }) => ({
      ...head(ids, kernel, arch, spec, name),
      status: 'SKIP' satisfies Status,
      comment: plainLine(`The kernel lacks ${lacks.join(', ')}.`),
    })),
    ...(gate === undefined ? missingOfRun(run, ids) : missingOfGate(gate, ids)),
  ];
}

function head(ids: Identify, kernel: string, arch: string, spec: string, name: string, repeat = 1) {
  return {
    id: ids.test(kernel, arch, spec, name, repeat),
    origin: ids.origin,
    build_id: ids.build(kernel, arch),
    path: ['kgate', spec, name].map(pathPart).join('.'),
  };
}

/** Of a name, what a part of KCIDB's paths may hold. */
const pathPart = (name: string): string => name.replaceAll(/[^\w-]/gu, '_') || '_';

function describeResult(result: CaseResult, run: RunRecord, ids: Identify): object {
  const { kernel, arch, spec, case: name, repeat, outcome, about, problems, known, skipReason } = result;
  const said = [about, ...problems, ...(skipReason === undefined ? [] : [`Skipped: ${skipReason}`])];
  const started = result.startedMs;
  const emulator = run.host.qemu[arch];
  return {
    ...head(ids, kernel, arch, spec, name, repeat),
    status: STATUSES[outcome],
    comment: plainLine(said.join(' — ')),
    duration: result.ms / 1_000,
    ...withoutUndefined({
      start_time:
        started === undefined ? undefined : new Date(Date.parse(run.started) + started).toISOString(),
      log_excerpt: excerptOf(result),
    }),
    ...(emulator === undefined
      ? {}
      : { environment: { comment: plainLine(`QEMU ${emulator}, ${result.accel ?? 'no guest ran'}`) } }),
    misc: {
      kgate: {
        outcome,
        attempts: result.attempts,
        ...(known === undefined ? {} : { known: plainLine(known.reason) }),
      },
    },
  };
}

function excerptOf({ splat, tail }: CaseResult): string | undefined {
  const lines = splat?.lines ?? tail;
  if (lines === undefined || lines.length === 0) return undefined;
  // A splat begins with what it is about, and a log ends with it.
  const text = plainText(lines.join('\n'));
  const cut = splat === undefined ? text.slice(-EXCERPT) : text.slice(0, EXCERPT);
  return cut.toWellFormed();
}

/** A run knows how many cases it planned, not which were left when it was stopped. */
function missingOfRun({ planned, cases, kernels }: RunRecord, ids: Identify): readonly object[] {
  const missing = planned - cases.filter(({ of }) => of === undefined).length;
  const [place] = [...kernels.map(({ id, arch }) => ({ kernel: id, arch })), ...cases];
  if (missing <= 0 || place === undefined) return [];
  return [
    {
      id: ids.test(place.kernel, place.arch, 'not-run'),
      origin: ids.origin,
      build_id: ids.build(place.kernel, place.arch),
      path: 'kgate',
      status: 'MISS' satisfies Status,
      comment: `${countOf(missing, 'planned case')} of ${planned} did not run.`,
    },
  ];
}

function missingOfGate({ cases, base, patched }: GateRecord, ids: Identify): readonly object[] {
  return cases.flatMap((one) => {
    const sides = [
      { kernel: base.kernel, side: one.base },
      { kernel: patched.kernel, side: one.patched },
    ];
    return sides.flatMap(({ kernel, side }) =>
      side === undefined
        ? [
            {
              ...head(ids, kernel, one.arch, one.spec, one.case),
              status: 'MISS' satisfies Status,
              comment: plainLine(one.note ?? 'The case was not executed on this kernel.'),
            },
          ]
        : [],
    );
  });
}

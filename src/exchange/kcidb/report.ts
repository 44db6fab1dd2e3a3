import type { GateRecord } from '../../gate/gate-record.ts';
import type { RunRecord } from '../../run/record/record.ts';
import { plainLine } from '../../util/plain-text.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { identify, type Identify } from './identify.ts';
import { describeTests } from './tests.ts';

/** What KCIDB takes. Only what kgate knows is there: in KCIDB, a missing property says nothing. */
export interface KcidbReport {
  readonly version: { readonly major: 5; readonly minor: 3 };
  readonly checkouts: readonly object[];
  readonly builds: readonly object[];
  readonly tests: readonly object[];
}

/** A run, or a gate with the run in which it was executed, as a report in the format of KCIDB 5.3. */
export function kcidbReport(run: RunRecord, gate: GateRecord | undefined, origin: string): KcidbReport {
  const ids = identify(origin, run.id, gate);
  const kernels = [...new Set(placesOf(run, gate).map(({ kernel }) => ids.sourceOf(kernel)))];
  return {
    version: { major: 5, minor: 3 },
    checkouts: kernels.map((kernel) => describeCheckout(kernel, run, gate, ids)),
    builds: placesOf(run, gate).map((place) => describeBuild(place, run, ids)),
    tests: describeTests(run, gate, ids),
  };
}

interface BuildPlace {
  readonly kernel: string;
  readonly arch: string;
}

/** Every kernel and architecture that the record knows of, once. */
function placesOf(run: RunRecord, gate: GateRecord | undefined): readonly BuildPlace[] {
  const gated = (gate?.cases ?? []).flatMap(({ arch }) =>
    [gate?.base.kernel, gate?.patched.kernel].flatMap((kernel) =>
      kernel === undefined ? [] : [{ kernel, arch }],
    ),
  );
  const all: readonly BuildPlace[] = [
    ...run.kernels.map(({ id, arch }) => ({ kernel: id, arch })),
    ...run.cases,
    ...(run.inapplicable ?? []),
    ...gated,
  ];
  return [...new Map(all.map(({ kernel, arch }) => [`${kernel} ${arch}`, { kernel, arch }])).values()];
}

function describeCheckout(
  kernel: string,
  run: RunRecord,
  gate: GateRecord | undefined,
  { origin, checkout }: Identify,
): object {
  const isPatched = gate !== undefined && kernel === gate.patched.kernel;
  const { messageId } = (isPatched ? gate.series.mail : undefined) ?? {};
  const source = gate?.builds?.find((build) => build.source !== undefined)?.source;
  return {
    id: checkout(kernel),
    origin,
    comment: plainLine(isPatched ? titleOf(gate) : kernel),
    start_time: run.started,
    valid: true,
    ...withoutUndefined({
      git_commit_hash: gate?.base.commit,
      patchset_hash: isPatched ? gate.patched.patchset : undefined,
      message_id: messageId === undefined ? undefined : plainLine(messageId.replaceAll(/^<|>$/gu, '')),
    }),
    misc: { kgate: { version: run.kgate, kernel: plainLine(kernel), ...withoutUndefined({ source }) } },
  };
}

function titleOf({ series }: GateRecord): string {
  return series.version > 1 ? `${series.title}, v${series.version}` : series.title;
}

function describeBuild({ kernel, arch }: BuildPlace, run: RunRecord, ids: Identify): object {
  const built = run.kernels.find((one) => one.id === kernel && one.arch === arch);
  const { origin, checkout, build, sourceOf } = ids;
  return {
    id: build(kernel, arch),
    origin,
    checkout_id: checkout(sourceOf(kernel)),
    architecture: arch,
    ...(built === undefined
      ? {}
      : {
          comment: plainLine(`Linux ${built.release}`),
          compiler: plainLine(built.compiler),
          config_name: plainLine(built.variant),
          // A kernel that does not build ends a run before there is a record.
          status: 'PASS',
          misc: { kgate: { kernel: plainLine(kernel), build_id: built.buildId, digest: built.digest } },
        }),
  };
}

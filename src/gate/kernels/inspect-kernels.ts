import type { ArchName } from '../../arch/architectures.ts';
import { checkPatches, type CheckOptions } from '../../kernel/inspect/check-patches.ts';
import { findNewWarnings } from '../../kernel/inspect/new-warnings.ts';
import { readPatchedFiles } from '../../kernel/inspect/read-patched-files.ts';
import type { Step } from '../../run/execute/backend.ts';
import { parsePatch } from '../../series/patches/patch-text.ts';
import type { Series } from '../../series/patches/series.ts';
import type { GateRecord } from '../gate-record.ts';
import type { GateSubjects } from '../subjects/choose-subjects.ts';
import { orNotice } from './or-notice.ts';

/** Findings on a series that need no execution. They have no bearing on the verdict. */
export interface KernelInspector {
  /** Compiler warnings that the series introduces. */
  newWarnings(arch: ArchName, step: Step): Promise<readonly string[]>;
  /** The lines of files in the patched tree, by path, for those that exist. */
  readFiles(
    arch: ArchName,
    paths: readonly string[],
    step: Step,
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The findings of style checkers on the patches. */
  checks(step: Step): Promise<GateRecord['checks']>;
}

/** The inspector of this host: its compilers, and the checkers that the tree brings. */
export function createKernelInspector(
  { base, patched }: Pick<GateSubjects, 'base' | 'patched'>,
  { patches }: Series,
  { jobs, sandbox }: Pick<CheckOptions, 'jobs' | 'sandbox'>,
): KernelInspector {
  const files = patches.flatMap(({ text }) => parsePatch(text).flatMap((file) => file.touched));
  const touched = [...new Set(files)].toSorted();
  return {
    newWarnings: (arch, { sink, signal }) =>
      orNotice(() => findNewWarnings({ base, patched, arch, touched, jobs, sandbox, signal }), [], {
        sink,
        signal,
      }),
    readFiles: (arch, paths, { sink, signal }) =>
      orNotice(() => readPatchedFiles(patched, arch, paths, signal), new Map(), { sink, signal }),
    async checks({ sink, signal }) {
      const check = () => checkPatches(base, patches, { jobs, sandbox, signal });
      const checked = (await orNotice(check, undefined, { sink, signal })) ?? [];
      return checked.map(({ patch, messages }) => ({ tool: 'checkpatch', patch, messages: [...messages] }));
    },
  };
}

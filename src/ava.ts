import type { ExecutionContext, TestFn } from 'ava';
import type { ArchName } from './arch/architectures.ts';
import { KgateError } from './errors.ts';
import type { KernelDefinition } from './kernel/definition/definition.ts';
import { createAppendedProgress } from './report/progress/appended-progress.ts';
import { renderFailure } from './report/terminal/failure-block.ts';
import { createPalette } from './report/text/palette.ts';
import { createPreflight } from './run/execute/host-preflight.ts';
import { createHostBackend } from './run/execute/host-backend.ts';
import { hostLimits } from './run/pool/limits.ts';
import type { Backend, Step } from './run/execute/backend.ts';
import { caseTitle } from './run/plan/plan.ts';
import { planOnKernels, planSuite } from './run/plan-suite.ts';
import type { Preflight } from './run/plan/preflight.ts';
import { findProject, type Project } from './run/project/project.ts';
import { whatWasAsked } from './run/plan/what-was-asked.ts';
import type { Asked } from './run/record/record.ts';
import { SharedRun, type CaseAnswer } from './run/shared-run.ts';
import { kgateVersion } from './run/project/version.ts';
import { findCacheServer } from './store/remote/cache-server.ts';
import { closeSharedCache, useSharedCache } from './store/remote/current-cache.ts';
import { enterCache } from './store/upkeep/cache-users.ts';

/** A kernel build from nothing may come before the first result; ava's own timeout would end it. */
const TEST_TIMEOUT_MS = 2 * 60 * 60 * 1_000;

export interface TestSpecsOptions {
  /** Names, globs of names, or paths of specs; all by default. */
  readonly specs?: readonly string[];
  /** Ids, or paths of kernel files; by default every patched kernel. */
  readonly kernels?: readonly string[];
  readonly arches?: readonly ArchName[];
  /** A folder of the project; the working folder by default. */
  readonly root?: string;
  /** The most guests at once; by default one for each processor. */
  readonly jobs?: number;
  /** Receives a line for each step, such as those of a kernel build that takes minutes. */
  readonly onProgress?: (line: string) => void;
  /**
   * What builds and boots; this host's compilers and QEMU by default.
   *
   * @internal
   */
  readonly backend?: (project: Project) => Backend<KernelDefinition>;
  /**
   * What finds mistakes before anything is built; by default kernels are configured and programs compiled, unless the
   * backend is another.
   *
   * @internal
   */
  readonly preflight?: (step: Step) => Preflight;
}

/**
 * Registers one ava test for each case on each kernel and architecture. Await it at the top level of a test file. All
 * tests of a call share one run, which starts with the first of them and leaves its record as `kgate run` does.
 */
export async function testSpecs(test: TestFn, options: TestSpecsOptions = {}): Promise<void> {
  const { onProgress: write = () => {}, jobs, root = '.' } = options;
  await enterCache();
  const project = await findProject(root);
  useSharedCache(findCacheServer(project.cache));
  const suite = await planSuite(project, options);
  const limits = hostLimits(jobs);
  const backend = options.backend?.(project) ?? createHostBackend({ project, jobs: limits.slots });
  const progress = createAppendedProgress({ write, now: () => performance.now() });
  const folder = { path: project.runs };
  const asked = await whatWasAsked(project, suite.kernels, []);
  const preflight =
    options.preflight ?? (options.backend === undefined ? onHost(project, limits.slots) : undefined);
  const run = new SharedRun({
    ...suite,
    ...(preflight === undefined
      ? {}
      : { settle: (step: Step) => planOnKernels(project, suite.kernels, options, preflight(step)) }),
    asked,
    backend,
    limits,
    root: project.root,
    version: await kgateVersion(),
    step: {
      signal: new AbortController().signal,
      sink(event) {
        progress(event);
        if (event.type === 'run-planned') folder.path = event.folder;
      },
    },
  });
  for (const planned of suite.plan) {
    test(caseTitle(planned), async (t) => {
      t.timeout(TEST_TIMEOUT_MS);
      report(t, await run.answer(planned), { folder: folder.path, asked });
    });
  }
  test.after.always('every guest is gone', async (t) => {
    t.timeout(TEST_TIMEOUT_MS);
    await run[Symbol.asyncDispose]();
    await closeSharedCache(write);
  });
}

/** Configures kernels when the run starts: before, no test is there whose time it could take. */
function onHost(project: Project, jobs: number): (step: Step) => Preflight {
  return ({ signal, sink }) => createPreflight({ project, jobs, signal, onEvent: sink });
}

interface RunOfTests {
  /** The run's folder. */
  readonly folder: string;
  readonly asked: Asked | undefined;
}

function report(t: ExecutionContext, answer: CaseAnswer, { folder, asked }: RunOfTests): void {
  if (answer.kind === 'not-executed') {
    t.fail(`The case was not executed. ${answer.reasons.join(' ')}`);
    return;
  }
  if (answer.kind === 'failed-run') {
    if (!(answer.error instanceof KgateError)) throw answer.error;
    const { message, detail, hint } = answer.error;
    t.fail([message, detail, hint].filter((part) => part !== undefined).join('\n\n'));
    return;
  }
  if (answer.kind === 'inapplicable') {
    t.log(`Not applicable: the kernel lacks ${answer.lacks.join(', ')}.`);
    t.pass();
    return;
  }
  const { result } = answer;
  if (result.outcome === 'skipped') t.log(`Skipped: ${result.skipReason ?? 'no reason given'}`);
  if (result.outcome === 'passed' || result.outcome === 'skipped') {
    t.pass();
    return;
  }
  // A project that imports this has kgate as a dependency.
  const replay = { asked, program: 'npx kgate' };
  t.fail(renderFailure(result, { palette: createPalette(false), replay, folder }));
}

import { BuildError, InfraError, InterruptedError } from '../../errors.ts';
import { probeCase, type Probe } from '../../gate/bisect/probe-case.ts';
import type { ProbeAnswer } from '../../gate/bisect/find-first-bad.ts';
import { checkHost } from '../../run/execute/check-host.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { loadProjectAllowList } from '../../run/tolerated/load-allow-list.ts';
import { findProject } from '../../run/project/project.ts';
import { BootError } from '../../vm/boot/boot-error.ts';
import { chooseOne, type BisectFlags } from './bisect-flags.ts';
import { findBisectedCase } from './bisected-case.ts';
import type { CommandContext } from '../context.ts';
import { sandboxWanted } from '../options.ts';
import { openProgress } from '../terminal/progress.ts';
import { describeError } from '../terminal/print-error.ts';

/** What `git bisect run` understands. From 128 on it gives up, which is right if no commit is to blame. */
const EXIT_CODES: Readonly<Record<ProbeAnswer | 'give-up', number>> = {
  good: 0,
  bad: 1,
  'cannot-tell': 125,
  'give-up': 128,
};

/**
 * `kgate bisect --step`: answers for a tree as it is, and returns the exit code for `git bisect run`. No other code of
 * kgate may get out: git would take it for "bad".
 */
export async function stepBisection(flags: BisectFlags, context: CommandContext): Promise<number> {
  const { terminal } = context;
  // An error that is not awaited would end with an exit code that says "bad".
  process.prependListener('uncaughtException', (error) => {
    terminal.writeError(`${describeError(error, { palette: terminal.errorPalette }).text}\n`);
    process.exit(EXIT_CODES['give-up']);
  });
  try {
    const probe = await probeTree(flags, context);
    const answer = probe.kind === 'not-booted' ? flags.bootFailure : probe.answer;
    terminal.writeOut(`${answer}: ${probe.reason}\n`);
    return EXIT_CODES[answer];
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    const { text } = describeError(error, { palette: terminal.errorPalette });
    terminal.writeError(`${text}\n`);
    return EXIT_CODES[error instanceof InfraError ? 'cannot-tell' : 'give-up'];
  }
}

async function probeTree(
  flags: BisectFlags,
  { terminal, signal, cwd, version }: CommandContext,
): Promise<Probe> {
  const project = await findProject(cwd);
  const kernel = await chooseOne(project, flags, cwd);
  const allowed = await loadProjectAllowList(project.root);
  const limits = hostLimits(flags.jobs);
  const sandbox = sandboxWanted(flags);
  using progress = openProgress(terminal);
  const options = { jobs: limits.slots, sandbox, signal, onEvent: progress.sink };
  const found = await findBisectedCase(flags, project, kernel, options).catch(withoutTests);
  if ('answer' in found) return found;
  const { probed, settle } = found;
  await checkHost([kernel], [probed.arch], sandbox);
  return await probeCase(probed, kernel, [kernel.role], {
    backend: createHostBackend({ project, jobs: limits.slots, sandbox }),
    settle: (one, arch) => settle(one, arch, options),
    limits,
    root: project.root,
    version,
    allowed,
    step: { signal, sink: progress.sink },
  });
}

/** A tree whose own tests cannot be asked for: it does not build, or not boot. */
function withoutTests(error: unknown): Probe {
  const kind = error instanceof BuildError ? 'not-built' : 'not-booted';
  if (error instanceof BuildError || error instanceof BootError)
    return { answer: 'cannot-tell', reason: error.message, kind };
  throw error;
}

import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { InfraError } from '../../errors.ts';
import type { GuestCase, RunTemplate } from './backend.ts';

/**
 * Where a signal killed the program of a case: runs the case once more, in another guest that follows the program. What
 * was judged stays as it is, since a program can tell that it is followed.
 */
export async function lookAgain(
  transcript: CaseTranscript,
  template: RunTemplate,
  request: GuestCase,
  signal: AbortSignal,
): Promise<CaseTranscript> {
  const { exit } = transcript;
  // Nothing stops a program that gets SIGKILL.
  if (exit?.kind !== 'killed' || exit.signal === 'SIGKILL') return transcript;
  try {
    await using guest = await template.clone(signal);
    const again = await guest.runCase({ ...request, follow: true });
    const same = again.exit?.kind === 'killed' && again.exit.signal === exit.signal;
    if (!same) return { ...transcript, exit: { ...exit, struck: 'elsewhere' } };
    return { ...transcript, exit: again.exit, stacks: again.stacks };
  } catch (error) {
    // The finding is worth reporting without its place.
    if (error instanceof InfraError) return transcript;
    throw error;
  }
}

import type { ArchName } from '../../arch/architectures.ts';
import type { EventSink } from '../../events.ts';
import type { OnBuildStep } from './patched-tree.ts';

/** Turns the steps of a build into events. */
export function createStepTeller(
  subject: { readonly kernel: string; readonly arch: ArchName },
  onEvent: EventSink | undefined,
): OnBuildStep {
  return (step, loaded) =>
    onEvent?.(
      loaded === undefined
        ? { type: 'kernel-step-started', ...subject, step }
        : { type: 'kernel-download-progressed', ...subject, ...loaded },
    );
}

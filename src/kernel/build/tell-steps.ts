import type { ArchName } from '../../arch/architectures.ts';
import type { EventSink } from '../../events.ts';
import type { LockHolder } from '../../store/lock-holder.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { OnBuildStep } from './patched-tree.ts';

/** Whose build it is. */
interface Subject {
  readonly kernel: string;
  readonly arch: ArchName;
}

/** Turns the steps of a build into events. */
export function createStepTeller(subject: Subject, onEvent: EventSink | undefined): OnBuildStep {
  return (step, loaded) =>
    onEvent?.(
      loaded === undefined
        ? { type: 'kernel-step-started', ...subject, step }
        : { type: 'kernel-download-progressed', ...subject, ...loaded },
    );
}

/** What the search for a kernel in the store tells. */
export function createFindTellers(subject: Subject, onEvent: EventSink | undefined) {
  return {
    onWait: createWaitTeller(subject, onEvent),
    onDamaged: createDamageTeller(subject, onEvent),
    onNotice: (message: string) => onEvent?.({ type: 'noticed', message }),
  };
}

/** Turns a wait for a lock into an event. */
export function createWaitTeller(
  subject: Subject,
  onEvent: EventSink | undefined,
): (holder?: LockHolder) => void {
  return (holder) =>
    onEvent?.({
      type: 'kernel-step-started',
      ...subject,
      step: 'waiting-for-lock',
      ...withoutUndefined({ holder }),
    });
}

/** Reports that a stored kernel is not what it was, and is built again. */
export function createDamageTeller(
  { kernel, arch }: Subject,
  onEvent: EventSink | undefined,
): (file: string) => void {
  return (file) =>
    onEvent?.({
      type: 'noticed',
      message: `${file} has changed since it was built; building ${kernel} for ${arch} again.`,
    });
}

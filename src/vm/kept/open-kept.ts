import { join } from 'node:path';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { HostError, UsageError } from '../../errors.ts';
import type { BuiltImage } from '../../image/image.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { readJsonFile } from '../../kernel/tools/json-file.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { greetGuest } from '../boot/greet-guest.ts';
import { planMachine } from '../boot/machine.ts';
import type { Guest, GuestWait } from '../guest.ts';
import { withQemuEvidence } from '../qemu/qemu-failure.ts';
import type { QmpClient } from '../qemu/qmp-client.ts';
import { launchClone, loadState } from '../template/clone.ts';
import { templateFiles } from '../template/template-store.ts';
import { KEPT_FILE } from './keep-guest.ts';
import { keptRecordSchema, type KeptRecord } from './kept-record.ts';

/** A guest that stands where it was kept. Disposing of it ends it; what was kept stays as it is. */
export interface StoppedGuest extends AsyncDisposable {
  readonly kernel: BuiltKernel;
  /** The case that left it. */
  readonly about: Pick<KeptRecord, 'spec' | 'case'>;
  readonly qmp: QmpClient;
  /** Lets it go on, if a debugger has not, and greets its agent. An InfraError if that does not answer. */
  resume(): Promise<Guest>;
}

/** The image of a guest that has unpacked it already. */
const inMemory = (arch: ArchName): BuiltImage => ({
  arch,
  digest: '',
  initramfs: '',
  programs: new Map(),
  leftOut: new Map(),
});

/** Starts a kept guest again. Throws a UsageError where there is none. */
export async function openKept(folder: string, wait: GuestWait): Promise<StoppedGuest> {
  const askedAt = performance.now();
  const record = await loadKept(folder);
  const { shape, accelerator, slowness, spec, case: name } = record;
  const kernel: BuiltKernel = withoutUndefined(record.kernel);
  const machine = await planMachine({
    architecture: architectures[kernel.arch],
    kernel,
    image: inMemory(kernel.arch),
    shape: withoutUndefined(shape),
    accelerator,
  });
  if (machine.qemu.version !== record.qemu)
    throw new HostError(`This guest was kept by ${record.qemu}, and this host has ${machine.qemu.version}.`, {
      code: 'VM_KEPT_BY_ANOTHER',
      hint: 'Run the case again with --keep-failed.',
    });
  await using resources = new AsyncDisposableStack();
  const source = { machine, files: templateFiles(folder), slowness };
  const started = resources.use(await launchClone(source));
  try {
    await loadState(source, started, wait);
  } catch (error) {
    throw await withQemuEvidence(error, started.qemu, 'resuming a kept guest');
  }
  const owned = resources.move();
  const { qmp } = started.qemu;
  return {
    kernel,
    about: { spec, case: name },
    qmp,
    async resume() {
      await qmp.execute('cont');
      return await greetGuest(started, 'clone', askedAt, wait);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function loadKept(folder: string): Promise<KeptRecord> {
  const record = await readJsonFile(join(folder, KEPT_FILE), keptRecordSchema);
  if (record === undefined)
    throw new UsageError(`${folder} is not a guest that was kept.`, {
      code: 'VM_NOTHING_KEPT',
      hint: 'Name a folder below "kept" of a run with --keep-failed.',
    });
  if ((await kindOfPath(record.kernel.vmlinux)) !== undefined) return record;
  throw new UsageError(`The kernel ${record.kernel.id} of ${folder} is no longer in the cache.`, {
    code: 'VM_KEPT_WITHOUT_KERNEL',
    hint: `Build it again: kgate build ${record.kernel.id} --arch ${record.kernel.arch}`,
  });
}

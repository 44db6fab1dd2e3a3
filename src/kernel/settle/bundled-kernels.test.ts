import { rm } from 'node:fs/promises';
import test from 'ava';
import { gatherInput } from '../build/build-input.ts';
import { readSettled, settledKey, settledStore } from '../config/settled.ts';
import { BUNDLED_KERNELS, loadKernelDefinition } from '../definition/definition.ts';
import { lineageFolder } from '../lineage/lineage-folder.ts';
import { isUnpacked } from '../source/package-source.ts';
import { findStored } from '../../store/content-store.ts';
import { whileConfigured } from './while-configured.ts';

/** A lineage of the test's own: what was compiled in that of the kernel's source stays newer than its files. */
const FAMILY = `bundled-kernels-${process.pid}`;

const ARCHES = ['x86_64', 'arm64'] as const;

test.after.always('its lineages are removed', async (t) => {
  for (const arch of ARCHES)
    await rm(await lineageFolder(`${FAMILY}-${arch}-plain`), { recursive: true, force: true });
  t.pass();
});

/**
 * What a kernel goes without: as it was built, or else as it is configured now. Undefined where its source would have to
 * be unpacked first, which takes longer than a fast test may.
 */
async function leftOutOf(id: string, arch: (typeof ARCHES)[number]): Promise<readonly string[] | undefined> {
  const kernel = await loadKernelDefinition(id, BUNDLED_KERNELS);
  if (kernel.source.kind !== 'package' || !(await isUnpacked(kernel.source.package))) return undefined;
  const input = await gatherInput(kernel, arch, {});
  const stored = await findStored(settledStore, settledKey(input.key));
  const apart = { ...input, source: { ...input.source, family: FAMILY } };
  const { leftOut } =
    stored?.manifest ??
    (await whileConfigured(
      apart,
      {},
      () => {},
      (context) => readSettled(context, input.config),
    ));
  return leftOut.map(({ symbol, reason = 'unknown' }) => `${symbol}: ${reason}`);
}

for (const version of ['6.12', '6.1'])
  for (const id of [`linux-${version}`, `process-vm-mmap-${version}`])
    test.serial(`${id} goes without nothing on the source that it is made for`, async (t) => {
      t.timeout(10 * 60 * 1_000);
      for (const arch of ARCHES) {
        const leftOut = await leftOutOf(id, arch);
        if (leftOut === undefined) t.log(`Not built for ${arch} here, and its source was never unpacked.`);
        t.deepEqual(leftOut ?? [], [], arch);
      }
    });

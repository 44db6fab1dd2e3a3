import test from 'ava';
import { HostError } from '../../errors.ts';
import { BUNDLED_KERNELS, loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { checkHost } from './check-host.ts';

test.serial('everything that is missing is said at once, before anything is built', async (t) => {
  const kernel = await loadKernelDefinition('linux-6.12', BUNDLED_KERNELS);
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    const error = await t.throwsAsync(checkHost([kernel], ['x86_64', 'arm64'], false), {
      instanceOf: HostError,
    });
    t.is(error?.code, 'HOST_LACKS_SEVERAL');
    for (const missing of ['qemu-system-x86_64', 'qemu-system-aarch64', 'flex', 'aarch64-linux-gnu-gcc'])
      t.true(error?.detail?.includes(missing), missing);
  } finally {
    process.env['PATH'] = path;
  }
});

test.serial('a host that has everything passes', async (t) => {
  const kernel = await loadKernelDefinition('linux-6.12', BUNDLED_KERNELS);
  await t.notThrowsAsync(checkHost([kernel], ['x86_64'], false));
});

import test from 'ava';
import { architectures } from '../../arch/architectures.ts';
import { HostError } from '../../errors.ts';
import { findToolchain } from './toolchain.ts';

test.serial('missing programs are named together, with the one command that installs them', async (t) => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    const foreign = process.arch === 'arm64' ? architectures.x86_64 : architectures.arm64;
    const error = await t.throwsAsync(findToolchain(foreign), { instanceOf: HostError });
    t.is(error.code, 'KERNEL_TOOLCHAIN_MISSING');
    t.true(error.message.includes(`flex, bison`));
    t.true(error.message.includes(`${foreign.triple}-gcc`));
    t.regex(
      error.hint!,
      /^Install them: apt-get install make gcc flex bison .*gcc-(?:aarch64|x86-64)-linux-gnu/u,
    );
  } finally {
    process.env['PATH'] = path;
  }
});

test.serial('the compiler and the linker say their versions', async (t) => {
  const toolchain = await findToolchain(architectures.x86_64);
  t.regex(toolchain.compiler, /gcc.*\d+\.\d+/u);
  t.regex(toolchain.linker, /ld.*\d+\.\d+/u);
});

test.serial('the compiler of the 32-bit vDSO is found where an architecture wants one', async (t) => {
  const arm64 = await findToolchain(architectures.arm64);
  t.is(arm64.compatPrefix, 'arm-linux-gnueabihf-');
  t.regex(arm64.compiler, /gcc.*; arm-linux-gnueabihf-gcc/u);
  t.is((await findToolchain(architectures.x86_64)).compatPrefix, undefined);
});

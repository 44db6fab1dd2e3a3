import { z } from 'zod';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { InfraError, UsageError } from '../../errors.ts';
import { buildKernel } from '../../kernel/build/build-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { ConfigureOptions } from '../../kernel/settle/while-configured.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { parseSuiteList, type KunitSuite } from '../../tests/kunit/suite-list.ts';
import { chooseAccelerator } from '../../vm/boot/choose-accelerator.ts';
import { openTemplate } from '../../vm/template/template.ts';
import { COMMAND_ENVIRONMENT } from '../plan/command-environment.ts';
import { fitShape } from '../plan/fit-shape.ts';
import { KUNIT_SHAPE } from './kunit-spec.ts';
import { RUNNER_FOLDER, runnerWords } from './runner-files.ts';
import { buildRunnerImage } from './runner-image.ts';

/** How kernels are built and booted to be asked; see BuildKernelOptions. */
export interface ListOptions extends ConfigureOptions {
  readonly jobs: number;
}

/** Raised when suites are asked for in another way. */
const FORMAT = 1;
const LIST_MS = 10_000;

const store: ContentStore<{ readonly suites: readonly KunitSuite[] }> = {
  name: 'kunit-suites',
  manifest: z.strictObject({
    suites: z.array(z.strictObject({ name: z.string(), tests: z.array(z.string()), isInit: z.boolean() })),
  }),
};

/**
 * The suites of a kernel, by its own word: which there are depends on its configuration, and names are made by macros.
 * Builds it, and boots it once; its suites run in clones of the same boot. Throws a UsageError where it has none, and a
 * BootError where it does not boot.
 */
export async function listSuites(
  definition: KernelDefinition,
  arch: ArchName,
  options: ListOptions,
): Promise<readonly KunitSuite[]> {
  const kernel = await buildKernel(definition, arch, options);
  const { manifest } = await findOrCreate(
    store,
    digestOf(['kunit-suites', FORMAT, kernel.digest]),
    async () => ({ suites: parseSuiteList(await askForList(kernel, definition, options)) }),
    { signal: options.signal },
  );
  if (manifest.suites.length > 0) return manifest.suites;
  throw new UsageError(`${kernel.id} for ${arch} has no KUnit suite that can be run.`, {
    code: 'KUNIT_UNSUPPORTED',
    hint: 'It takes Linux 6.0 or newer, and the symbols of kernels/config/kunit.config; a notice names those that the tree lacks.',
  });
}

/** What the device says; nothing where there is none. */
async function askForList(
  kernel: BuiltKernel,
  { machine }: KernelDefinition,
  { jobs, sandbox, signal, onEvent }: ListOptions,
): Promise<string> {
  const { arch } = kernel;
  const image = await buildRunnerImage(kernel, {
    jobs,
    sandbox,
    signal,
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  const asked = { architecture: architectures[arch], kernel, image, shape: fitShape(KUNIT_SHAPE, machine) };
  const { accelerator } = await chooseAccelerator({ ...asked, signal });
  await using template = await openTemplate({ ...asked, accelerator, signal, onEvent, waiting: 0 });
  await using guest = await template.clone({ signal });
  const { exit, stdout, stderr } = await guest.session.runCommand({
    words: runnerWords(),
    folder: RUNNER_FOLDER,
    environment: COMMAND_ENVIRONMENT,
    timeout: { ms: LIST_MS, isScaled: true },
    signal,
  });
  if (exit?.kind === 'exited' && exit.status === 0) return stdout;
  if (exit?.kind === 'exited' && /No such file/u.test(stderr)) return '';
  throw new InfraError(`The guest of ${kernel.id} for ${arch} did not list its KUnit suites.`, {
    code: 'KUNIT_LIST_FAILED',
    detail: stderr === '' ? guest.consoleLog.slice(-2_000) : stderr,
  });
}

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { findSplats } from '../../console/splats/find-splats.ts';
import { renderScreen } from '../../console/screen/screen.ts';
import { findTaskStacks } from '../../console/hangs/task-stacks.ts';
import { InfraError } from '../../errors.ts';
import { buildImage, type BuildImageOptions } from '../../image/build-image.ts';
import { lastAtEachPlace, type GuestFile } from '../../image/command/guest-file.ts';
import { findStaticTools } from '../../image/command/static-tools.ts';
import { buildKernel } from '../../kernel/build/build-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { readSeries } from '../../kernel/patches/apply-series.ts';
import { findAddedLines, type AddedLines } from '../../series/patches/added-lines.ts';
import { BootError } from '../../vm/boot/boot-error.ts';
import { chooseAccelerator, type AcceleratorChoice } from '../../vm/boot/choose-accelerator.ts';
import { findQemu } from '../../vm/qemu/qemu.ts';
import { openTemplate, type Template } from '../../vm/template/template.ts';
import type { LocateProgram } from '../locate/explain-program.ts';
import { asRunGuest } from './host-guest.ts';
import { filesOf } from '../tree-tests/files-of.ts';
import { imageOptions } from './image-options.ts';
import { createProgramLocator } from '../locate/locate-program.ts';
import { locateSplat } from '../locate/locate-splat.ts';
import { withRoomForImage } from './room-for-image.ts';
import type { Backend, RunTemplate, Step, TemplateOpening, TemplateRequest } from './backend.ts';
import type { Project } from '../project/project.ts';

export interface HostBackendOptions {
  readonly project: Project;
  /** How many compilers run at once. */
  readonly jobs: number;
  /** False builds kernels unconfined, with all the user's rights; see BuildKernelOptions. */
  readonly sandbox?: boolean | undefined;
  /** Puts a shell into every image, for guests that are kept. */
  readonly withShell?: boolean;
  /** Gets a kernel from elsewhere before it is built here. */
  readonly take?: (kernel: KernelDefinition, arch: ArchName, step: Step) => Promise<BuiltKernel | undefined>;
}

/** The backend of this host: real compilers, real QEMU. */
export function createHostBackend({
  project,
  jobs,
  sandbox,
  withShell = false,
  take,
}: HostBackendOptions): Backend<KernelDefinition> {
  const choices = new Map<ArchName, Promise<AcceleratorChoice>>();
  /** What kernels were built from: their trees have the selftests. */
  const definitions = new Map<string, KernelDefinition>();
  const imageOf = (kernel: BuiltKernel): BuildImageOptions => ({
    ...imageOptions(project, { jobs, sandbox }),
    arch: kernel.arch,
    kernel,
  });
  return {
    buildKernel: async (kernel, arch, step) => {
      const { signal, sink } = step;
      definitions.set(`${kernel.id} ${arch}`, kernel);
      const taken = await take?.(kernel, arch, step);
      return taken ?? buildKernel(kernel, arch, { jobs, sandbox, signal, onEvent: sink });
    },
    buildImage: async (kernel, { signal, sink: onEvent }, files) => {
      const options = { ...imageOf(kernel), signal, onEvent };
      const shell = withShell ? await shellFor(kernel.arch, { signal, sink: onEvent }) : [];
      if (files === undefined) return buildImage({ ...options, files: shell });
      const subject = { ...kernel, definition: definitions.get(`${kernel.id} ${kernel.arch}`) };
      return buildImage({
        ...options,
        libraryFolders: [],
        programFolders: [],
        files: lastAtEachPlace([
          ...shell,
          ...(await filesOf(files, subject, { jobs, sandbox, signal, onEvent })),
        ]),
      });
    },
    async openTemplate(asking, step) {
      const request = { ...asking, shape: await withRoomForImage(asking.shape, asking.image) };
      const { arch } = request.kernel;
      // The answer is about the host, so it serves all kernels of an architecture.
      const asked = choices.get(arch) ?? askAccelerator(request, step);
      choices.set(arch, asked);
      const locate = createProgramLocator(project, imageOf(request.kernel));
      return open(request, await asked, locate, step);
    },
    emulatorVersion: async (arch) => (await findQemu(architectures[arch])).version,
    locateSplat: async (kernel, built, splat, { signal }) =>
      locateSplat(splat, built, await linesAddedTo(kernel), signal),
    renderScreen,
  };
}

/** bash and busybox, as `kgate shell` has them. */
const shellFor = (arch: ArchName, { signal, sink }: Step): Promise<readonly GuestFile[]> =>
  findStaticTools(architectures[arch], {
    signal,
    onNotice: (message) => sink({ type: 'noticed', message }),
  });

/** All lines that the series of a kernel add. */
async function linesAddedTo({ series }: KernelDefinition): Promise<AddedLines> {
  const patches = await Promise.all(series.map((folder) => readSeries(folder)));
  return findAddedLines(patches.flat().map(({ file, text }) => ({ name: basename(file), text })));
}

async function askAccelerator(request: TemplateRequest, { signal, sink }: Step): Promise<AcceleratorChoice> {
  const { arch } = request.kernel;
  const choice = await chooseAccelerator({ ...request, architecture: architectures[arch], signal });
  sink({ type: 'accelerator-chosen', arch, ...choice });
  return choice;
}

async function open(
  request: TemplateRequest,
  choice: AcceleratorChoice,
  locate: LocateProgram,
  { signal, sink }: Step,
): Promise<TemplateOpening> {
  const { accelerator } = choice;
  try {
    const template = await openTemplate({
      ...request,
      architecture: architectures[request.kernel.arch],
      accelerator,
      signal,
      onEvent: sink,
    });
    return { kind: 'opened', template: await asRunTemplate(template, request, choice, locate) };
  } catch (error) {
    if (!(error instanceof BootError)) throw error;
    const { message: summary, consoleText, processors } = error;
    const splats = findSplats(consoleText);
    const stacks = [...processors, ...findTaskStacks(consoleText, 'DS')];
    return { kind: 'boot-failed', failure: { summary, accelerator, consoleText, splats, stacks } };
  }
}

async function asRunTemplate(
  template: Template,
  { kernel, shape }: TemplateRequest,
  { accelerator, reason }: AcceleratorChoice,
  locate: LocateProgram,
): Promise<RunTemplate> {
  const { qemuVersion: qemu, slowness } = template;
  const machine = { kernel, shape, accelerator, qemu, slowness };
  return {
    accelerator,
    reason,
    bootLog: await readFile(template.bootLog, 'utf8'),
    boot: template.facts,
    clone: async (signal) =>
      asRunGuest(await template.clone({ signal }).catch(asHarnessTrouble), machine, locate),
    readBootRecords: (boot, signal) => readBootRecords(template, boot, signal).catch(asHarnessTrouble),
    [Symbol.asyncDispose]: () => template[Symbol.asyncDispose](),
  };
}

/** A log has some ten thousand bytes, and a slow line carries a hundred thousand per second. */
const LOG_MS = 30_000;

async function readBootRecords(
  template: Template,
  boot: 'own' | 'another',
  signal: AbortSignal,
): Promise<string> {
  await using guest = await (boot === 'own' ? template.clone({ signal }) : template.coldBoot({ signal }));
  const log = await guest.session.readKernelLog({ deadlineMs: LOG_MS * template.slowness, signal });
  if (log !== undefined) return log;
  throw new InfraError('A guest did not send the kernel log of its boot.', {
    code: 'VM_GUEST_SILENT',
    detail: guest.consoleLog.slice(-2_000),
  });
}

/** This kernel booted when its template was made: if it does not now, that says nothing about the case. */
function asHarnessTrouble(error: unknown): never {
  if (!(error instanceof BootError)) throw error;
  const { message, code, detail = '' } = error;
  throw new InfraError(message, { code, detail, cause: error });
}

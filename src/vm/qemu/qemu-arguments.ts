import type { Accelerator, Architecture, MachineShape } from '../../arch/architecture.ts';

/** Descriptors of a QEMU process, in the order its launcher passes them. */
export const SERIAL_DESCRIPTOR = 3;
export const QMP_DESCRIPTOR = 4;
export const STATE_DESCRIPTOR = 5;

/** QEMU's name for the host's end of the serial line. */
export const SERIAL_CHARDEV = 'serial';

/** The purpose of a QEMU process. */
export type QemuRole =
  /** Boots, and leaves its memory behind in a file. */
  | { readonly kind: 'template'; readonly ramFile: string }
  /** Waits for a template's device state, over its memory: a private view of it, or the file itself. */
  | { readonly kind: 'clone'; readonly ramFile: string; readonly isShared?: true }
  /** Boots, and leaves nothing behind. */
  | { readonly kind: 'cold-boot' };

export interface QemuArgumentsOptions {
  readonly architecture: Architecture;
  readonly accelerator: Accelerator;
  readonly shape: MachineShape;
  readonly kernel: string;
  readonly initramfs: string;
  readonly commandLine: string;
  readonly role: QemuRole;
  /** Whether this QEMU was built with seccomp. */
  readonly sandbox: boolean;
}

/** The arguments of QEMU, without the program's name. A clone's machine is exactly its template's. */
export function qemuArguments(options: QemuArgumentsOptions): string[] {
  const { architecture, accelerator, shape, role } = options;
  const machine = architecture.qemu.machineType(shape);
  return [
    '-machine',
    role.kind === 'cold-boot' ? machine : `${machine},memory-backend=ram`,
    '-accel',
    accelerator,
    '-cpu',
    architecture.qemu.processor(accelerator),
    '-smp',
    String(shape.cpus),
    '-m',
    `${shape.memoryMiB}M`,
    ...memoryArguments(role, shape),
    // No configuration of the host, no default devices (and so no network), no display.
    '-no-user-config',
    '-nodefaults',
    '-display',
    'none',
    '-no-reboot',
    '-chardev',
    `socket,id=${SERIAL_CHARDEV},fd=${SERIAL_DESCRIPTOR}`,
    '-serial',
    `chardev:${SERIAL_CHARDEV}`,
    '-chardev',
    `socket,id=qmp,fd=${QMP_DESCRIPTOR}`,
    '-mon',
    'chardev=qmp,mode=control',
    ...(options.sandbox
      ? ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny']
      : []),
    // A clone's kernel is in its memory: reading the files again would take a tenth of a clone's time.
    ...(role.kind === 'clone' ? ['-incoming', 'defer'] : bootArguments(options)),
  ];
}

function bootArguments(options: QemuArgumentsOptions): string[] {
  return ['-kernel', options.kernel, '-initrd', options.initramfs, '-append', options.commandLine];
}

function memoryArguments(role: QemuRole, shape: MachineShape): string[] {
  if (role.kind === 'cold-boot') return [];
  const share = role.kind === 'template' || role.isShared === true ? 'on' : 'off';
  return [
    '-object',
    `memory-backend-file,id=ram,size=${shape.memoryMiB}M,mem-path=${escapeComma(role.ramFile)},share=${share}`,
  ];
}

/** QEMU splits the value at commas; a doubled comma is a literal one. */
function escapeComma(value: string): string {
  return value.replaceAll(',', ',,');
}

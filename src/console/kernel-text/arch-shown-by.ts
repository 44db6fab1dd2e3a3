import type { ArchName } from '../../arch/architectures.ts';

const X86_64 =
  /^RIP: |^R[AS][XP]: |^CR2: |__x64_sys_|\bentry_SYSCALL_64|^x86\/|^smpboot: |^BIOS-e820|\basm_exc_|^Linux version .*\bx86_64-linux/u;
const ARM64 =
  /^pc : |^pstate: |^x29: |__arm64_sys_|\bel[01]t?h?_64_sync|^Internal error: |^Booting Linux on physical CPU 0x[0-9a-f]{10} |\bGICv[23]|^Unable to handle kernel .* at virtual address [0-9a-f]{16}$|^Linux version .*\baarch64-linux/u;

/** What a line shows of the architecture, if anything. Cheap enough for every line of a console. */
export function archShownBy(text: string): ArchName | undefined {
  if (X86_64.test(text)) return 'x86_64';
  return ARM64.test(text) ? 'arm64' : undefined;
}

import { architectures, type ArchName } from '../../arch/architectures.ts';
import { BuildError } from '../../errors.ts';

/** A kernel feature that kgate's agent needs, and its names in different releases. */
interface GuestNeed {
  /** One of them has to be on; without `CONFIG_`. */
  readonly symbols: readonly string[];
  readonly why: string;
}

/** On every architecture; its own file has the rest. */
const NEEDS: readonly GuestNeed[] = [
  { symbols: ['BLK_DEV_INITRD'], why: 'the guest’s programs come in an initramfs' },
  { symbols: ['BINFMT_ELF'], why: 'the agent is an ELF program' },
  { symbols: ['PROC_FS'], why: 'the agent reads /proc' },
  { symbols: ['SYSCTL', 'PROC_SYSCTL'], why: 'the agent reads /proc/sys/kernel/tainted after each case' },
  { symbols: ['SYSFS'], why: 'the agent reads the build id in /sys/kernel/notes' },
  { symbols: ['DEVTMPFS'], why: 'the agent opens devices below /dev' },
  { symbols: ['PRINTK'], why: 'the agent sends the kernel’s log, from /dev/kmsg' },
  { symbols: ['TTY'], why: 'the agent answers on the serial console' },
];

/**
 * Throws one BuildError with everything that a kernel lacks for its guests to answer, before anything is compiled;
 * `on` are the symbols that are on in its `.config`, with `CONFIG_`.
 */
export function checkGuestNeeds(on: readonly string[], arch: ArchName, subject: string): void {
  const isOn = (symbol: string) => on.includes(`CONFIG_${symbol}`);
  const own = Object.entries(architectures[arch].kernel.guestNeeds).map(([symbol, why]) => ({
    symbols: [symbol],
    why,
  }));
  const lacking = [...NEEDS, ...own].filter(({ symbols }) => !symbols.some(isOn));
  if (lacking.length === 0) return;
  throw new BuildError(
    `No guest of ${subject} could answer: its configuration lacks what kgate's agent needs.`,
    {
      code: 'KERNEL_CONFIG_NO_GUEST',
      hint: 'Add a fragment that enables it with --config FILE, such as kgate’s kernels/config/guest.config.',
      detail: lacking
        .map(({ symbols, why }) => `${symbols.map((symbol) => `CONFIG_${symbol}`).join(' or ')}: ${why}.`)
        .join('\n'),
    },
  );
}

import type { Architecture } from './architecture.ts';

/** AArch64 on QEMU's virt machine. */
export const arm64: Architecture = {
  name: 'arm64',
  hostArch: 'arm64',
  triple: 'aarch64-linux-gnu',
  kernel: {
    makeArch: 'arm64',
    sourceArch: 'arm64',
    targets: ['Image'],
    bootImage: 'arch/arm64/boot/Image',
    // RAM begins at 1 GiB, and QEMU leaves the first 2 MiB to the device tree.
    loadAddress: 0x40_20_00_00n,
    compatVdsoCompiler: true,
  },
  compat: { triple: 'arm-linux-gnueabihf', kernelHeaders: false },
  qemu: {
    binary: 'qemu-system-aarch64',
    // The device tree says everything; without ACPI's tables a clone starts a little sooner.
    machineType: ({ mte }) => (mte === true ? 'virt,acpi=off,mte=on' : 'virt,acpi=off'),
    // QEMU emulates the architected pointer-authentication algorithm far more slowly than its own.
    processor: (accelerator) => (accelerator === 'kvm' ? 'host' : 'max,pauth-impdef=on'),
  },
  console: 'ttyAMA0',
  consoleText: {
    // A 32-bit kernel says "Internal error: Oops: 5 [#1] SMP ARM", has an interrupt controller of the same name, and
    // numbers its processors with fewer digits.
    signs:
      /^pstate: |^x29: |^pc : (?!\[)|__arm64_sys_|\bel[01][ht]?_64_|^Internal error: .*: (?:0x)?[0-9a-f]{8,16} \[#|^Booting Linux on physical CPU 0x[0-9a-f]{10} |^Linux version .*\baarch64-linux/u,
    place: 'pc : ',
    returnPlace: 'lr : ',
    registers: {
      line: String.raw`x\d+ ?: |sp : |pstate: |pc : |lr : |Code: `,
      name: String.raw`x\d{1,2}|sp|pc|lr|pstate`,
      symbolic: '(?<name>pc|lr) : ',
    },
    exceptions: `
      do_debug_exception do_mem_abort do_translation_fault do_page_fault do_kernel_fault __do_kernel_fault do_bad_area
      do_tag_check_fault do_alignment_fault do_sea do_sp_pc_abort do_undefinstr do_el1_* el1_* el1h_* el0_* el0t_* do_el0_svc
      bug_handler ubsan_handler brk_handler bug_brk_handler call_break_hook call_el1_break_hook do_el1_brk64 die_kernel_fault
      panic_bad_stack handle_bad_stack __bad_stack invoke_syscall
    `,
    interrupts: 'gic_* do_interrupt_handler call_on_irq_stack arch_timer_handler_*',
    outermost: 'el0* ret_to_user __secondary_switched __primary_switched secondary_start_kernel',
  },
  kernelParameters: () => [],
};

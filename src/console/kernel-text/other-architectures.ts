/** The console text of architectures that kgate does not boot: it reads their logs all the same. */
interface OtherArchitecture {
  /** As in ConsoleText: before the symbol of the instruction, and of the one to return to. */
  readonly place: string;
  readonly returnPlace?: string;
  /** How lines in a call trace begin that are not frames. */
  readonly within?: string;
}

// From arch/*/kernel/{process,traps,setup,signal}.c.

/** By their name in `ARCH=`. */
export const OTHER_ARCHITECTURES: Readonly<Record<string, OtherArchitecture>> = {
  arm: {
    place: 'PC is at ',
    returnPlace: 'LR is at ',
    within: String.raw`Exception stack|[0-9a-f]{4}: (?:[0-9a-f]{8} |\s+[0-9a-f]{8})|r\d+ ?:[0-9a-f]{8}`,
  },
  i386: {
    place: String.raw`EIP:? (?:is at )?(?:[0-9a-f]{4}:)?(?:\[<[0-9a-f]+>\] *){0,2}`,
    within: 'EIP: |EAX: |ESI: |DS: ',
  },
  powerpc: {
    place: String.raw`NIP \[[0-9a-f]+\] \.?`,
    returnPlace: String.raw`LR \[[0-9a-f]+\] \.?`,
    within: '--- interrupt: |--- Exception: |NIP|LR|REGS: |MSR: |CFAR: |GPR\\d\\d: |DAR: ',
  },
  s390: { place: String.raw`Krnl PSW : [0-9a-f]+ [0-9a-f]+ \(` },
  mips: { place: 'epc {3}: [0-9a-f]+ ', returnPlace: 'ra {4}: [0-9a-f]+ ' },
  loongarch: { place: ' *ERA: [0-9a-f]+ ', returnPlace: ' *ra: [0-9a-f]+ ' },
  sparc: { place: '(?:TPC|PC): <', returnPlace: '(?:RPC|I7): <' },
  parisc: { place: String.raw` ?IAOQ\[0\]: `, returnPlace: String.raw` ?RP\(r2\): ` },
  alpha: { place: 'pc is at ', returnPlace: 'ra is at ' },
  m68k: { place: String.raw`PC: \[<[0-9a-f]+>\] ` },
  sh: { place: 'PC is at ', returnPlace: 'PR is at ' },
};

/** The path from an exception to its report, and from an interrupt to its handler. */
export const OTHER_EXCEPTIONS = `
  program_check_exception program_check_common* data_access_common* instruction_access_common* bad_page_fault __bad_page_fault
  handle_exception do_page_fault do_DataAbort do_PrefetchAbort do_undefinstr __dabt_svc __pabt_svc __und_svc __dabt_usr
  do_trap_* handle_break handle_ri* handle_tlb* tlb_do_page_fault_* do_dat_exception do_protection_exception pgm_check_handler
  monitor_event_exception __do_pgm_check illegal_op die_if_kernel handle_interruption do_sparc64_fault do_ade do_bp do_ri
  no_context do_translation_fault __do_page_fault
`;

export const OTHER_INTERRUPTS = `
  __irq_svc __irq_usr handle_IRQ __handle_domain_irq asm_do_IRQ do_IRQ do_extint_key do_ext_interrupt ext_int_handler
  timer_interrupt decrementer_common* do_irq_own_stack generic_handle_arch_irq handle_int
`;

export const OTHER_OUTERMOST = `
  ret_fast_syscall ret_from_exception system_call* syscall_exit* sys_call* syscall_common handle_sys* handle_syscall
  ret_to_user_from_irq linux_sparc_syscall
`;

import { architectures } from '../../arch/architectures.ts';
import { createNameMatcher } from '../kernel-text/name-matcher.ts';
import { OTHER_EXCEPTIONS, OTHER_INTERRUPTS } from '../kernel-text/other-architectures.ts';
import { GENERIC_CODE } from './helpers/generic-code.ts';
import { MEMORY_CODE } from './helpers/memory-code.ts';
import { REPORTING } from './helpers/reporting.ts';
import { WAITING } from './helpers/waiting.ts';

const shown = Object.values(architectures).map(({ console }) => console);

/** Interrupts that merely noticed, after the architecture's own path to their handlers. */
const INTERRUPTS = `
  irq_exit* __irq_exit* irq_enter* handle_softirqs __do_softirq do_softirq* hrtimer_* __hrtimer_* tick_* update_process_times
  rcu_sched_clock_irq rcu_check_callbacks rcu_check_gp_kthread_starvation run_timer_softirq local_apic_timer_interrupt
  generic_handle_* handle_percpu_* handle_irq*
`;

const isHelper = createNameMatcher(
  [
    REPORTING,
    MEMORY_CODE,
    GENERIC_CODE,
    WAITING,
    OTHER_EXCEPTIONS,
    ...shown.map(({ exceptions }) => exceptions),
  ].join(' '),
);
const isInterrupt = createNameMatcher(
  [INTERRUPTS, OTHER_INTERRUPTS, ...shown.map(({ interrupts }) => interrupts)].join(' '),
);

/** Whether a function is a helper such as an allocator, a lock, or part of the reporting itself. */
export function isHelperFunction(name: string): boolean {
  return isHelper(name);
}

/**
 * Whether a function leads from an interrupt to its handler: innocent in a call trace, but not at the place of the
 * trouble.
 */
export function isInterruptEntry(name: string): boolean {
  return isInterrupt(name);
}

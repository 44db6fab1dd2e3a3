import type { SplatPattern } from './pattern.ts';

// From arch/*/kernel/{traps,dumpstack,entry-common,die}.c and arch/*/mm/fault.c. A fault has the same title on every
// architecture and in every release. No title contains addresses.

/** Faults: what a processor refused to do for the kernel. */
export const OOPS_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'oops',
    extent: 'marked',
    start: /^(?:BUG: |CPU \d+ )?(?:[Uu]nable to handle kernel|[Kk]ernel) NULL pointer dereference/u,
    title: 'BUG: unable to handle kernel NULL pointer dereference',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start:
      /^(?:BUG: |CPU \d+ )?[Uu]nable to handle (?:kernel (?:paging request|data access|instruction fetch)|page fault)/u,
    title: 'BUG: unable to handle kernel paging request',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Unable to handle kernel access to user memory/u,
    title: 'BUG: unable to handle kernel access to user memory',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start:
      /^(?:BUG: |CPU \d+ )?[Uu]nable to handle kernel (?<what>[a-zA-Z][a-zA-Z -]*?)(?: in virtual kernel address space| (?:for|at)\b.*|[,.:]| *$)/u,
    title: 'BUG: unable to handle kernel $<what>',
  },
  // The second half of the line was lost.
  {
    kind: 'oops',
    extent: 'marked',
    start: /^BUG: [Uu]nable to handle\b/u,
    title: 'BUG: unable to handle kernel',
  },

  // x86: the line itself; "Oops: " since 6.10.
  {
    kind: 'oops',
    extent: 'marked',
    start: /^(?:traps: )?(?:Oops: )?stack segment(?:, .*?)?: [0-9a-f]{4} \[#\d+\]/u,
    title: 'stack segment fault',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^(?:traps: )?(?:Oops: )?divide[_ ]error(?:, .*?)?: [0-9a-f]{4} \[#\d+\]/u,
    title: 'divide error',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start:
      /^(?:traps: )?(?:Oops: )?(?<title>[a-z][a-z0-9# -]+)(?:, (?:probably|maybe) for [^:]*)?: [0-9a-f]{4} \[#\d+\]/u,
    title: '$<title>',
  },
  { kind: 'oops', extent: 'marked', start: /^(?:Oops: )+[0-9a-f]{4} \[#\d+\]/u, title: 'Oops' },
  { kind: 'oops', extent: 'marked', start: /^(?:traps: )?(?<title>PANIC: double fault)/u, title: '$<title>' },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^BUG: (?:\S+ )?stack guard page was hit/u,
    title: 'BUG: stack guard page was hit',
    blame: 'overflow',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^(?:traps: )?(?:Missing ENDBR|CFI failure)(?: at|:) (?<function>[^\s(]+)/u,
    title: 'control flow violation',
  },

  // arm and arm64.
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Internal error: .*? ?: (?:0x)?[0-9a-f]+ \[#\d+\]/u,
    title: 'Internal error',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Insufficient stack space to handle exception!/u,
    title: 'kernel stack overflow',
    blame: 'overflow',
  },
  { kind: 'oops', extent: 'marked', start: /^SError Interrupt on CPU\d+/u, title: 'SError Interrupt' },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Bad mode in (?<what>[\w ]+) (?:handler )?detected/u,
    title: 'Bad mode in $<what>',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Unhandled (?<what>\d\d-bit el1\w* \w+) exception on CPU/u,
    title: 'Unhandled $<what> exception',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Unhandled (?<what>fault|prefetch abort)(?:: [^(]+?| at) \(?0x/u,
    title: 'Unhandled $<what>',
  },
  { kind: 'oops', extent: 'marked', start: /^(?<title>Alignment trap): not handling/u, title: '$<title>' },

  // parisc, then the common "[#1]": all architectures print the count of deaths.
  {
    kind: 'oops',
    extent: 'marked',
    start: /^Kernel [Ff]ault: Code=\d+/u,
    title: 'Kernel fault',
  },
  {
    kind: 'oops',
    extent: 'marked',
    start:
      /^(?:\S+ ?\((?:pid )?\d+\): |CPU \d+ )?(?:Oops: )?(?<title>(?!\d)[A-Za-z][^[\]]*?)(?:(?: -)? ?:? *(?:0x)?(?<![A-Za-z])[0-9a-f]{1,16})?(?: ilc:\d)?(?:, sig: \d+| *:)? *\[#\d+\]/u,
    title: '$<title>',
  },
];

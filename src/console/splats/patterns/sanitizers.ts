import type { SplatPattern } from './pattern.ts';

/** "foo+0x10/0x20", followed by what scripts add: "file.c:12", or "file.c:12 [inline]" instead of the offsets. */
const PLACE = String.raw` in (?<function>[A-Za-z_][\w.$]*)(?:\+0x\S+)?(?<inline> \S+:\d+ \[inline\])?`;

// From mm/kasan/report.c, mm/kmsan/report.c, mm/kfence/report.c, kernel/kcsan/report.c, lib/ubsan.c, mm/slub.c and
// mm/kmemleak.c of 5.4 to 6.18.

/** Sanitizers, and the slab allocator's own checks. */
export const SANITIZER_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'kasan',
    extent: 'marked',
    start: new RegExp(
      String.raw`^BUG: KASAN: (?:double-free or invalid-free|double-free|invalid-free)(?:${PLACE})?`,
      'u',
    ),
    title: 'KASAN: invalid-free',
    blame: 'freeing',
  },
  {
    kind: 'kasan',
    extent: 'marked',
    start: new RegExp(
      String.raw`^BUG: KASAN: (?:maybe )?(?<what>[\w-]+(?: or [\w-]+)?)(?: in range|${PLACE}| on address|$)`,
      'u',
    ),
    title: 'KASAN: $<what>',
    blame: 'tag',
  },
  {
    kind: 'kmsan',
    extent: 'marked',
    start: new RegExp(String.raw`^BUG: KMSAN: (?<what>[\w-]+)(?:${PLACE})?`, 'u'),
    title: 'KMSAN: $<what>',
    blame: 'uninitialized',
  },
  {
    kind: 'kcsan',
    extent: 'marked',
    start: /^BUG: KCSAN: (?<what>[\w-]+(?:: \w+)?) in (?<function>\S+) \/ (?<other>\S+)/u,
    title: 'KCSAN: $<what> in $<function> / $<other>',
  },
  {
    kind: 'kcsan',
    extent: 'marked',
    start: new RegExp(String.raw`^BUG: KCSAN: (?<what>[\w-]+(?:: \w+)?)(?:${PLACE})?`, 'u'),
    title: 'KCSAN: $<what>',
  },
  {
    kind: 'kfence',
    extent: 'marked',
    start: new RegExp(String.raw`^BUG: KFENCE: (?<what>[a-z-]+(?: [a-z]+)?)(?:${PLACE})?`, 'u'),
    title: 'KFENCE: $<what>',
  },
  {
    kind: 'ubsan',
    extent: 'marked',
    start: /^UBSAN: Undefined behaviour in /u,
    title: 'UBSAN: undefined-behaviour',
    blame: 'arithmetic',
  },
  {
    kind: 'ubsan',
    extent: 'marked',
    start: /^UBSAN: (?<what>[\w-]+(?: [\w-]+)*) in \S+:\d+/u,
    title: 'UBSAN: $<what>',
    blame: 'arithmetic',
  },
  {
    kind: 'slab',
    extent: 'trace',
    start:
      /^BUG (?<cache>[\w.:-]+)\S* \(.*?\): (?<what>[A-Z][A-Za-z -]+?)(?:\.? (?:0x|on __kmem_cache_shutdown).*|[.,(@:].*| in .*)?$/u,
    title: 'BUG $<cache>: $<what>',
  },
  // What is left of such a report, or of an old one of KASAN, if its beginning was lost.
  {
    kind: 'slab',
    extent: 'line',
    start: /^INFO: (?<what>Freed|Allocated) in (?<function>[A-Za-z_][\w.$]*)\+0x[0-9a-f]+\/0x[0-9a-f]+ age=/u,
    title: 'INFO: $<what>',
  },
  {
    kind: 'leak',
    extent: 'trace',
    start: /^BUG: memory leak/u,
    title: 'memory leak',
    blame: 'leak',
    printedByPrograms: true,
  },
  {
    kind: 'leak',
    extent: 'line',
    start: /^kmemleak: \d+ new suspected memory leaks/u,
    title: 'kmemleak: new suspected memory leaks',
  },
];

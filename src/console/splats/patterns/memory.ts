import type { SplatPattern } from './pattern.ts';

// From mm/page_alloc.c, mm/memory.c, mm/filemap.c, kernel/fork.c, fs/super.c, fs/dcache.c, fs/open.c, net/core/dev.c,
// lib/kobject.c and fs/sysfs/dir.c.

/** The accounting of the memory manager, and of reference-counted objects. */
export const MEMORY_PATTERNS: readonly SplatPattern[] = [
  {
    kind: 'bad-page',
    extent: 'trace',
    start: /^(?<title>BUG: Bad page (?:state|map|cache)) in process /u,
    title: '$<title>',
    blame: 'page',
  },
  {
    kind: 'bad-rss-counter',
    extent: 'line',
    start: /^BUG: Bad rss-counter state mm:\S+ (?:type:(?<type>\w+)|idx:\d+)/u,
    title: 'BUG: Bad rss-counter state $<type>',
  },
  {
    kind: 'bad-rss-counter',
    extent: 'line',
    start: /^BUG: non-zero (?:pgtables_bytes|nr_\w+) on freeing mm/u,
  },
  {
    kind: 'bug',
    extent: 'trace',
    start: /^BUG: Dentry .*still in use/u,
    title: 'BUG: Dentry still in use in unmount',
    blame: 'nobody',
  },
  {
    kind: 'bug',
    extent: 'line',
    start: /^VFS: Busy inodes after unmount of /u,
    title: 'VFS: Busy inodes after unmount (use-after-free)',
  },
  {
    kind: 'bug',
    extent: 'line',
    start: /^VFS: Close: file count is 0/u,
    title: 'VFS: Close: file count is zero (use-after-free)',
  },
  {
    kind: 'leak',
    extent: 'line',
    start: /^unregister_netdevice: waiting for \S+ to become free/u,
    title: 'unregister_netdevice: waiting for DEV to become free',
  },
  {
    kind: 'kobject',
    extent: 'trace',
    start: /^kobject:? .*(?<what>tried to (?:init|add) an (?:un)?initialized object)/u,
    title: 'kobject: $<what>',
  },
  { kind: 'kobject', extent: 'trace', start: /^sysfs: cannot create duplicate filename/u },
];

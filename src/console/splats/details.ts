import type { BlameRuleName } from '../blame/blame-rule.ts';
import type { SplatKind } from './splat.ts';

/** What a line says about the warning or BUG around it. */
export interface Detail {
  readonly line: RegExp;
  readonly kind: SplatKind;
  /** The title for a warning, and for a BUG; absent if it would say nothing more. `<f>` is the guilty function. */
  readonly warning?: string;
  readonly bug?: string;
  readonly blame?: BlameRuleName;
}

const warned = (place: string): RegExp => new RegExp(`^WARNING: .*${place}`, 'u');

/** Messages of checks that end in a warning or BUG, and files whose warnings have their own name. */
export const DETAILS: readonly Detail[] = [
  {
    line: warned(String.raw`lib/debugobjects\.c:\d+ `),
    kind: 'debug-object',
    warning: 'WARNING: ODEBUG bug',
    blame: 'debug-object',
  },
  {
    line: /^ODEBUG: [a-z ]+? (?:\(.*?\) )?object(?: type)?: /u,
    kind: 'debug-object',
    warning: 'WARNING: ODEBUG bug',
    blame: 'debug-object',
  },
  {
    line: warned(String.raw`lib/refcount\.c:\d+ `),
    kind: 'refcount',
    warning: 'WARNING: refcount bug',
    blame: 'count',
  },
  { line: /^refcount_t: /u, kind: 'refcount', warning: 'WARNING: refcount bug', blame: 'count' },
  {
    line: /^(?:usercopy: |Bad or missing usercopy whitelist\? )?Kernel memory (?:exposure|overwrite) attempt/u,
    kind: 'usercopy',
    warning: 'WARNING: bad usercopy',
    bug: 'BUG: bad usercopy',
    blame: 'usercopy',
  },
  {
    line: warned(String.raw`mm/usercopy\.c:\d+ `),
    kind: 'usercopy',
    warning: 'WARNING: bad usercopy',
    blame: 'usercopy',
  },
  {
    line: /^kernel BUG at \S*mm\/usercopy\.c/u,
    kind: 'usercopy',
    bug: 'BUG: bad usercopy',
    blame: 'usercopy',
  },
  {
    line: /^list_(?:add|del) corruption|^list_add double add|^kernel BUG at \S*lib\/list_debug\.c/u,
    kind: 'list-corruption',
    bug: 'BUG: corrupted list',
  },
  {
    line: warned(String.raw`kernel/locking/lockdep\.c.*lock_`),
    kind: 'lockdep',
    warning: 'WARNING: locking bug',
    blame: 'wait-context',
  },
  { line: /^DEBUG_LOCKS_WARN_ON\(.*\)$/u, kind: 'lockdep' },
  {
    line: warned(String.raw`fs/proc/generic\.c:\d+ (?:at )?proc_register|fs/proc/generic\.c:\d+ at `),
    kind: 'kobject',
    warning: 'WARNING: proc registration bug',
    blame: 'proc',
  },
  {
    line: /^proc_dir_entry '.*' already registered/u,
    kind: 'kobject',
    warning: 'WARNING: proc registration bug',
    blame: 'proc',
  },
  {
    line: warned(String.raw`lib/kobject\.c:\d+ (?:at |kobject_)`),
    kind: 'kobject',
    warning: 'WARNING: kobject bug',
  },
  {
    line: /^kobject: '.*' \(.*\): is not initialized/u,
    kind: 'kobject',
    warning: 'WARNING: kobject bug',
  },
  {
    line: warned(String.raw`mm/\S+\.c:\d+ (?:at )?(?:k|__k|kv|__kv|v|__v|)[mzc]alloc`),
    kind: 'warning',
    warning: 'WARNING: kmalloc bug',
    blame: 'kmalloc',
  },
  {
    line: warned(String.raw`mm/vmalloc\.c.*__vmalloc_node`),
    kind: 'warning',
    warning: 'WARNING: zero-size vmalloc',
  },
  {
    line: warned(' usb_submit_urb'),
    kind: 'warning',
    warning: 'WARNING in <f>/usb_submit_urb',
    blame: 'urb',
  },
];

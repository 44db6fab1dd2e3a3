import { unreachable } from '../../util/unreachable.ts';
import type { SplatKind, SplatSeverity } from './splat.ts';

/** Sanitizer reports that mean memory was, or would have been, changed by code that does not own it. */
const CHANGES_MEMORY = /\b(?:Write|write|double-free|invalid-free|invalid free|memory corruption)\b/u;

/** How bad a finding is: an exploitable one ranks above one that only stops the machine, and that above a warning. */
export function severityOf(kind: SplatKind, title: string): SplatSeverity {
  switch (kind) {
    case 'kasan':
    case 'kfence':
      return CHANGES_MEMORY.test(title) || title.includes('use-after-free') ? 'critical' : 'high';
    case 'slab':
    case 'list-corruption':
    case 'refcount':
    case 'usercopy':
    case 'bad-page':
      return 'critical';
    case 'oops':
    case 'bug':
    case 'panic':
    case 'kmsan':
    case 'debug-object':
    case 'bad-rss-counter':
      return 'high';
    case 'ubsan':
      return title.includes('out-of-bounds') ? 'high' : 'medium';
    case 'kcsan':
    case 'lockdep':
    case 'atomic-sleep':
    case 'rcu-stall':
    case 'hung-task':
    case 'lockup':
    case 'leak':
      return 'medium';
    case 'warning':
    case 'kobject':
    case 'interrupt':
      return 'low';
    default:
      return unreachable(kind);
  }
}

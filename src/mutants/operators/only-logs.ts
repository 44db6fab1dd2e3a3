import type { CodePlace } from './code-place.ts';
import { calledBy, statementAround } from './statement.ts';

const LEVELS = 'emerg|alert|crit|err|error|warn|warning|notice|info|cont|dbg|debug|devel|vdbg|printk';

/** What writes to a log, a trace or a counter of statistics, or checks what is true anyway. */
const LOGS: readonly RegExp[] = [
  new RegExp(`^(?:pr|dev|netdev|netif|pci|drm|ext4|btrfs|xfs)_(?:${LEVELS})(?:_\\w+)?$`, 'u'),
  /^_?printk\w*$|^dump_(?:stack|page|mm|vma)\w*$|^(?:trace|audit_log)_\w+$/u,
  /^count_\w*events?\w*$|^(?:__)?count_memcg_\w+$/u,
  /^(?:\w+_)?(?:WARN|BUG)(?:_ON)?(?:_\w+)?$|^lockdep_\w+$|^might_\w+$|^\w+_assert_\w+$|^static_assert$/u,
];

/** Whether a line belongs to a statement that only logs, traces or asserts. */
export function onlyLogs(place: CodePlace): boolean {
  const statement = statementAround(place);
  const name = statement && calledBy(statement);
  return name !== undefined && LOGS.some((pattern) => pattern.test(name));
}

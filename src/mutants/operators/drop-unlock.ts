import type { CodePlace, LineEdit } from './code-place.ts';
import { calledBy, shrinkStatement, statementFrom } from './statement.ts';

/** What gives back a lock, or what is like one. */
const RELEASES =
  /(?:^|_)unlock(?:_|$)|^up(?:_read|_write)?$|^local_irq_(?:enable|restore)$|^preempt_enable(?:_|$)|^pagefault_enable$|^vma_end_(?:read|write\w*)$|^(?:read|write)_seqcount_end$|^srcu_read_unlock/u;

/** Whether a function gives back a lock. */
export const isRelease = (name: string): boolean => RELEASES.test(name);

/** Leaves a lock locked. */
export function dropUnlock(place: CodePlace): LineEdit | undefined {
  const statement = statementFrom(place);
  const name = statement && calledBy(statement);
  return statement !== undefined && name !== undefined && isRelease(name)
    ? shrinkStatement(statement, ';')
    : undefined;
}

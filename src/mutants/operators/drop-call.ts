import type { CodePlace, LineEdit } from './code-place.ts';
import { isRelease } from './drop-unlock.ts';
import { returnsInteger } from './returned-type.ts';
import { calledBy, calleeOf, shrinkStatement, statementFrom, type Statement } from './statement.ts';

/** Hints and barriers: without them, only time or luck changes. */
const UNSEEN =
  /^(?:cond_resched\w*|barrier|smp_\w+|cpu_relax|prefetch\w*|touch_\w+|kasan_\w+|kmsan_\w+|kmemleak_\w+)$/u;

/** Leaves a call out; where its result is an error, as if it had succeeded. */
export function dropCall(place: CodePlace): LineEdit | undefined {
  const statement = statementFrom(place);
  if (statement === undefined) return undefined;
  const name = calledBy(statement);
  if (name !== undefined) return isPlain(name) ? shrinkStatement(statement, ';') : undefined;
  return dropAssigned(statement) ?? dropReturned(statement, place);
}

function dropAssigned(statement: Statement): LineEdit | undefined {
  const [, variable, call = ''] =
    /^\s*(err|error|ret|retval|rc|res|result|status)\s*=\s*([^]+);\s*$/u.exec(statement.code) ?? [];
  const name = calleeOf(call, statement.code);
  if (variable === undefined || name === undefined || !isPlain(name)) return undefined;
  return shrinkStatement(statement, `${variable} = 0;`);
}

function dropReturned(statement: Statement, { around, text }: CodePlace): LineEdit | undefined {
  const call = /^\s*return\s+([^]+);\s*$/u.exec(statement.code)?.[1] ?? '';
  const name = calleeOf(call, statement.code);
  if (name === undefined || !isPlain(name) || around === undefined || !returnsInteger(around, text))
    return undefined;
  return shrinkStatement(statement, 'return 0;');
}

/** A function: macros in capitals declare or check something, and locks are for dropUnlock. */
const isPlain = (name: string): boolean =>
  /^[a-z_]\w*$/u.test(name) &&
  !/^(?:return|sizeof|typeof|if|while|for|switch)$/u.test(name) &&
  !isRelease(name) &&
  !UNSEEN.test(name);

import type { CodePlace, LineEdit } from './code-place.ts';
import { returnsInteger, returnsPointer } from './returned-type.ts';
import { replaceStatement, statementFrom, type Statement } from './statement.ts';

/** Reports another error, takes success for failure or failure for success, or leaves by another label. */
export function swapError(place: CodePlace): LineEdit | undefined {
  const statement = statementFrom(place);
  if (statement === undefined) return undefined;
  return (
    swapErrno(statement) ??
    swapReturned(statement, place) ??
    swapTruth(statement) ??
    swapLabel(statement, place)
  );
}

/** Not in conditions: there it is no error that is reported. */
function swapErrno(statement: Statement): LineEdit | undefined {
  const { code, text } = statement;
  const found = /-(E[A-Z0-9]{2,})\b/u.exec(code);
  if (found === null || /^\s*(?:\}\s*)?(?:else\s+)?(?:if|while|for|switch|case)\b/u.test(code))
    return undefined;
  const other = found[1] === 'EINVAL' ? '-EFAULT' : '-EINVAL';
  return replaceStatement(
    statement,
    text.slice(0, found.index) + other + text.slice(found.index + found[0].length),
  );
}

function swapReturned(statement: Statement, { around, text }: CodePlace): LineEdit | undefined {
  const value = /^\s*return\s+(\w+);\s*$/u.exec(statement.code)?.[1];
  if (value === undefined || around === undefined) return undefined;
  const returned = (by: string) =>
    replaceStatement(statement, statement.text.replace(/\breturn\s+\w+;/u, `return ${by};`));
  if (/^(?:err|error|ret|retval|rc|res|result|status)$/u.test(value)) return returned('0');
  if (value === '0' && returnsInteger(around, text)) return returned('-EINVAL');
  return !/^(?:NULL|\d\w*)$/u.test(value) && returnsPointer(around, text) ? returned('NULL') : undefined;
}

function swapTruth(statement: Statement): LineEdit | undefined {
  const value = /^\s*return\s+(true|false);\s*$/u.exec(statement.code)?.[1];
  if (value === undefined) return undefined;
  const other = value === 'true' ? 'false' : 'true';
  return replaceStatement(statement, statement.text.replace(/\b(?:true|false);/u, `${other};`));
}

/** The label below the one that a `goto` leaves by, or else the one above; not of a `goto` that goes back. */
function swapLabel(statement: Statement, { around, text, line }: CodePlace): LineEdit | undefined {
  const label = /^\s*goto\s+(\w+);\s*$/u.exec(statement.code)?.[1];
  if (label === undefined || around === undefined) return undefined;
  const labels = text
    .slice(line, around.to)
    .flatMap((each) => /^ ?([A-Za-z_]\w*):(?!:)/u.exec(each)?.[1] ?? [])
    .filter((name) => name !== 'default');
  const at = labels.indexOf(label);
  const other = at === -1 ? undefined : (labels[at + 1] ?? labels[at - 1]);
  return other === undefined
    ? undefined
    : replaceStatement(statement, statement.text.replace(/\bgoto\s+\w+;/u, `goto ${other};`));
}

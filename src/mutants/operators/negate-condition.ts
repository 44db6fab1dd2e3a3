import type { CodePlace, LineEdit } from './code-place.ts';
import { closingParenthesis, maskCode } from './mask-code.ts';
import { replaceStatement, statementFrom, type Statement } from './statement.ts';

/** Turns the condition of an `if`, or the one comparison that is returned, into its opposite. Loops might never end. */
export function negateCondition(place: CodePlace): LineEdit | undefined {
  const statement = statementFrom(place);
  return statement && (negateIf(statement) ?? negateReturned(statement));
}

function negateIf(statement: Statement): LineEdit | undefined {
  const { code, text } = statement;
  const [head] = /^\s*(?:\}\s*)?(?:else\s+)?if\s*\(/u.exec(code) ?? [];
  const close = head === undefined ? undefined : closingParenthesis(code, head.length - 1);
  if (head === undefined || close === undefined) return undefined;
  const negated = negate(text.slice(head.length, close));
  return replaceStatement(statement, text.slice(0, head.length) + negated + text.slice(close));
}

/** `!x` becomes `x`, and so does `!(…)`; anything else is put in parentheses. */
function negate(condition: string): string {
  if (condition.startsWith('!(') && closingParenthesis(maskCode(condition), 1) === condition.length - 1)
    return condition.slice(2, -1);
  const plain = /^!\s*(\w+(?:(?:->|\.)\w+)*(?:\([^()]*\))?)$/u.exec(condition)?.[1];
  return plain ?? `!(${condition})`;
}

function negateReturned(statement: Statement): LineEdit | undefined {
  const { code, text } = statement;
  const found = [...code.matchAll(/ (==|!=)\s/gu)];
  const [only] = found;
  if (!/^\s*return\b/u.test(code) || only === undefined || found.length > 1) return undefined;
  const at = only.index + 1;
  return replaceStatement(
    statement,
    `${text.slice(0, at)}${only[1] === '==' ? '!=' : '=='}${text.slice(at + 2)}`,
  );
}

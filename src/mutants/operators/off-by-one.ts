import type { CodePlace, LineEdit } from './code-place.ts';
import { maskCode } from './mask-code.ts';
import { replaceStatement, statementFrom } from './statement.ts';

const OTHER: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

/** Moves the boundary of a comparison, drops a `+ 1` or `- 1`, or adds one to what is computed. */
export function offByOne(place: CodePlace): LineEdit | undefined {
  return moveBoundary(place) ?? dropOne(place) ?? addOne(place);
}

function moveBoundary(place: CodePlace): LineEdit | undefined {
  return editLine(place, /(?<=\s)(?:<=|>=|<|>)(?=\s|$)/u, (found) => OTHER[found] ?? found);
}

function dropOne(place: CodePlace): LineEdit | undefined {
  return editLine(place, / [+-] 1(?![\w.])/u, () => '');
}

function editLine(
  { text, line }: CodePlace,
  pattern: RegExp,
  change: (found: string) => string,
): LineEdit | undefined {
  const before = text[line - 1] ?? '';
  const found = pattern.exec(maskCode(before));
  if (found === null || /^\s*#/u.test(before)) return undefined;
  const [old] = found;
  const after = before.slice(0, found.index) + change(old) + before.slice(found.index + old.length);
  return { from: line, before: [before], after: [after] };
}

/** Of an assignment: `x += y;`, or `x = …;` where something is computed. */
function addOne(place: CodePlace): LineEdit | undefined {
  const statement = statementFrom(place);
  const [, left = '', operator, right = ''] =
    /^(\s*(?:\w+[\s*]+)*\*?[\w.[\]>-]+ )(\+=|-=|=)\s([^={}?!&|<>]*(?:(?:<<|>>|->)[^={}?!&|<>]*)*);\s*$/u.exec(
      statement?.code ?? '',
    ) ?? [];
  if (statement === undefined || operator === undefined) return undefined;
  if (operator === '=' && !/\s(?:[-+*/%]|<<|>>)\s/u.test(withoutParentheses(right))) return undefined;
  const start = left.length + operator.length + 1;
  const value = statement.text.slice(start, start + right.length);
  const sum = /^[\w.>-]+$/u.test(value) ? `${value} + 1` : `(${value}) + 1`;
  const end = statement.text.slice(start + right.length);
  return replaceStatement(statement, statement.text.slice(0, start) + sum + end);
}

/** What is computed in an argument or an operand says nothing about the whole, which may be a pointer. */
function withoutParentheses(code: string): string {
  const inner = code.replaceAll(/\([^()]*\)/gu, '');
  return inner === code ? code : withoutParentheses(inner);
}

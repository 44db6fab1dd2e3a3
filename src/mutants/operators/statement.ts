import type { CodePlace, LineEdit } from './code-place.ts';
import { closingParenthesis, maskCode } from './mask-code.ts';

/** A statement, or the head of one: `if (…)`, `for (…) {`. */
export interface Statement {
  /** Its first line, counted from 1. */
  readonly from: number;
  /** Its lines, joined. */
  readonly text: string;
  /** The same without comments and strings; see maskCode. */
  readonly code: string;
}

/** Longer ones are tables rather than code. */
const LINES_MAX = 12;

/** The statement that a line is part of; undefined where it has no end nearby, or the line has no code. */
export function statementAround({ text, line }: CodePlace): Statement | undefined {
  if (codeOf(text[line - 1] ?? '') === '') return undefined;
  let from = line;
  while (from > 1 && line - from < LINES_MAX && continues(codeBefore(text, from))) from -= 1;
  for (let to = line; to < from + LINES_MAX; to += 1) {
    const lines = text.slice(from - 1, to).join('\n');
    const code = maskCode(lines);
    if (ends(code)) return { from, text: lines, code };
  }
  return undefined;
}

/** The statement that begins on a line. */
export function statementFrom(place: CodePlace): Statement | undefined {
  const statement = statementAround(place);
  return statement?.from === place.line ? statement : undefined;
}

/** The statement with other text; undefined if that has another number of lines. */
export function replaceStatement({ from, text }: Statement, by: string): LineEdit | undefined {
  const [before, after] = [text.split('\n'), by.split('\n')];
  if (by === text || before.length !== after.length) return undefined;
  return { from, before, after };
}

/** The statement replaced by a shorter one; empty lines make up for the rest. */
export function shrinkStatement(statement: Statement, by: string): LineEdit | undefined {
  const indent = /^\s*/u.exec(statement.text)?.[0] ?? '';
  const rest = statement.text.split('\n').length - 1;
  return replaceStatement(statement, indent + by + '\n'.repeat(rest));
}

/** What a statement calls, if it is a call and nothing else: `name(…);`. */
export function calledBy({ code }: Statement): string | undefined {
  return calleeOf(code.trim().replace(/;$/u, ''), code);
}

/** The function that an expression calls, if that is all it does. */
export function calleeOf(expression: string, statement: string): string | undefined {
  const [head = '', name] = /^([A-Za-z_]\w*)\s*\(/u.exec(expression) ?? [];
  const closed = head === '' ? undefined : closingParenthesis(expression, head.length - 1);
  return statement.trimEnd().endsWith(';') && closed === expression.length - 1 ? name : undefined;
}

/** The code before a line, without empty lines and lines of nothing but a comment. */
function codeBefore(text: readonly string[], line: number): string {
  for (let at = line - 1; at >= 1 && line - at <= LINES_MAX; at -= 1) {
    const code = codeOf(text[at - 1] ?? '');
    if (code !== '') return code;
  }
  return '';
}

/** The code of a line; empty inside a comment of several lines, as the kernel writes them. */
function codeOf(line: string): string {
  return /^\s*\*(?:\s|\/|$)/u.test(line) ? '' : maskCode(line).trim();
}

/** Whether the line after this one is part of the same statement. */
function continues(code: string): boolean {
  return !/(?:^|[;{}:)]|\b(?:else|do))$/u.test(code) && !code.startsWith('#');
}

function ends(code: string): boolean {
  const open = code.split('(').length;
  const closed = code.split(')').length;
  return open === closed && /[;{}:)]\s*$/u.test(code);
}

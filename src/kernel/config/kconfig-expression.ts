import { unreachable } from '../../util/unreachable.ts';
import type { ConfigValues } from '../definition/config-file.ts';

/** A part of an expression that must be true for the whole to be true. */
export interface Conjunct {
  readonly text: string;
  /** `undefined` where it depends on something only Kconfig can run, such as `$(success,…)`. */
  readonly holds: boolean | undefined;
  /** The symbols that it names. */
  readonly symbols: readonly string[];
}

type Node =
  | { readonly kind: 'symbol' | 'constant' | 'macro'; readonly text: string }
  | { readonly kind: 'not'; readonly inner: Node }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Node; readonly right: Node };

/** Splits a Kconfig expression at its outermost `&&` and says of each part whether it holds with these values. */
export function evaluateConjuncts(expression: string, values: ConfigValues): Conjunct[] {
  const tree = parse(expression);
  if (tree === undefined) return [{ text: expression, holds: undefined, symbols: [] }];
  return conjuncts(tree).map((node) => ({
    text: print(node),
    holds: holds(node, values),
    symbols: symbolsOf(node),
  }));
}

/** Whether a whole expression holds; `undefined` if that is unknown. */
export function evaluate(expression: string, values: ConfigValues): boolean | undefined {
  const parts = new Set(evaluateConjuncts(expression, values).map((part) => part.holds));
  if (parts.has(false)) return false;
  return parts.has(undefined) ? undefined : true;
}

const TOKEN = /\$\((?:[^()]|\([^()]*\))*\)|"[^"]*"|'[^']*'|&&|\|\||!=|<=|>=|[!=<>()]|[\w.-]+/gu;

/** Precedence as in Kconfig: comparison, then `!`, `&&`, `||`. `undefined` for anything that is not an expression. */
function parse(expression: string): Node | undefined {
  const tokens = expression.match(TOKEN) ?? [];
  let position = 0;
  const accept = (wanted: string) => tokens[position] === wanted && position++ >= 0;

  const or = (): Node | undefined => chain('or', '||', and);
  const and = (): Node | undefined => chain('and', '&&', not);
  const chain = (kind: 'and' | 'or', operator: string, operand: () => Node | undefined): Node | undefined => {
    let left = operand();
    while (left !== undefined && accept(operator)) {
      const right = operand();
      left = right && { kind, left, right };
    }
    return left;
  };
  const not = (): Node | undefined => {
    if (accept('!')) {
      const inner = not();
      return inner && { kind: 'not', inner };
    }
    if (accept('(')) {
      const inner = or();
      return accept(')') ? inner : undefined;
    }
    const left = leaf(tokens[position++]);
    const operator = tokens[position];
    if (left === undefined || operator === undefined || !/^(?:=|!=|<|>|<=|>=)$/u.test(operator)) return left;
    position++;
    const right = leaf(tokens[position++]);
    return right && { kind: 'compare', operator, left, right };
  };
  const tree = or();
  return position === tokens.length ? tree : undefined;
}

function leaf(token: string | undefined): Node | undefined {
  if (token === undefined || /^[&|!=<>()]/u.test(token)) return undefined;
  if (token.includes('$(')) return { kind: 'macro', text: token };
  if (/^["']/u.test(token)) return { kind: 'constant', text: token.slice(1, -1) };
  return { kind: /^(?:[ymn]|-?\d+|0x[\da-f]+)$/iu.test(token) ? 'constant' : 'symbol', text: token };
}

function conjuncts(node: Node): Node[] {
  return node.kind === 'and' ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];
}

function holds(node: Node, values: ConfigValues): boolean | undefined {
  switch (node.kind) {
    case 'macro':
      return undefined;
    case 'symbol':
    case 'constant':
      return /^[ym]$/u.test(valueOf(node, values));
    case 'not': {
      const inner = holds(node.inner, values);
      return inner === undefined ? undefined : !inner;
    }
    case 'and':
    case 'or': {
      const sides = new Set([holds(node.left, values), holds(node.right, values)]);
      const decisive = node.kind === 'or';
      if (sides.has(decisive)) return decisive;
      return sides.has(undefined) ? undefined : !decisive;
    }
    case 'compare':
      return node.left.kind === 'macro' || node.right.kind === 'macro'
        ? undefined
        : compare(valueOf(node.left, values), node.operator, valueOf(node.right, values));
    default:
      return unreachable(node);
  }
}

function valueOf(node: Node, values: ConfigValues): string {
  if (node.kind === 'constant') return node.text;
  return node.kind === 'symbol' ? (values.get(node.text) ?? 'n').replaceAll('"', '') : '';
}

function compare(left: string, operator: string, right: string): boolean {
  const order = Number(left) - Number(right);
  const difference = Number.isNaN(order) ? left.localeCompare(right) : order;
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return difference < 0;
    case '>':
      return difference > 0;
    case '<=':
      return difference <= 0;
    default:
      return difference >= 0;
  }
}

function print(node: Node): string {
  switch (node.kind) {
    case 'symbol':
    case 'constant':
    case 'macro':
      return node.text;
    case 'not':
      return `!${group(node.inner)}`;
    case 'and':
      return `${group(node.left)} && ${group(node.right)}`;
    case 'or':
      return node.left.kind === 'or'
        ? `${print(node.left)} || ${group(node.right)}`
        : `${group(node.left)} || ${group(node.right)}`;
    case 'compare':
      return `${print(node.left)}${node.operator}${print(node.right)}`;
    default:
      return unreachable(node);
  }
}

function group(node: Node): string {
  return node.kind === 'and' || node.kind === 'or' ? `(${print(node)})` : print(node);
}

function symbolsOf(node: Node): string[] {
  switch (node.kind) {
    case 'symbol':
      return [node.text];
    case 'constant':
    case 'macro':
      return [];
    case 'not':
      return symbolsOf(node.inner);
    case 'and':
    case 'or':
    case 'compare':
      return [...new Set([...symbolsOf(node.left), ...symbolsOf(node.right)])];
    default:
      return unreachable(node);
  }
}

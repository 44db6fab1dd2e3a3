import { BuildError } from '../../errors.ts';
import { closest, suggest } from '../../util/closest.ts';
import type { ConfigRequest, ConfigValues } from '../definition/config-file.ts';
import { evaluate, evaluateConjuncts } from './kconfig-expression.ts';
import type { Kconfig, KconfigEntry } from './kconfig.ts';

/**
 * Compares what fragments need with the final `.config`. Throws one BuildError that names every symbol that does not
 * exist or did not take, the place of the request, and the unmet dependency where Kconfig shows it.
 */
export function checkConfig(
  requests: readonly ConfigRequest[],
  actual: ConfigValues,
  kconfig: Kconfig,
  subject: string,
): void {
  const needed = requests.filter(
    ({ mode, symbol }) => mode === undefined || (mode === 'needed-if-known' && kconfig.entries.has(symbol)),
  );
  const problems = needed.flatMap((request) => {
    const reason = explainRequest(request, actual, kconfig);
    return reason === undefined ? [] : [`${request.file}:${request.line}: ${reason}`];
  });
  if (problems.length === 0) return;
  const count = problems.length === 1 ? 'One config symbol' : `${problems.length} config symbols`;
  throw new BuildError(`${count} of ${subject} did not take.`, {
    code: 'KERNEL_CONFIG_UNMET',
    hint: 'Correct the fragments; nothing was compiled.',
    detail: problems.join('\n'),
  });
}

/** Something that a fragment wants and a kernel lacks. */
export interface LeftOut {
  /** Without `CONFIG_`. */
  readonly symbol: string;
  /** Absent where the tree has no such symbol. */
  readonly reason?: string;
}

/** What fragments want and did not get. Something wanted off but on does not count as left out. */
export function findLeftOut(
  requests: readonly ConfigRequest[],
  actual: ConfigValues,
  kconfig: Kconfig,
): readonly LeftOut[] {
  return requests
    .filter(({ mode, value, symbol }) => {
      const missed = mode === 'wanted' || (mode === 'wanted-if-known' && kconfig.entries.has(symbol));
      return missed && value !== 'n';
    })
    .flatMap((request) => {
      const reason = explainRequest(request, actual, kconfig);
      if (reason === undefined) return [];
      return kconfig.entries.has(request.symbol)
        ? [{ symbol: request.symbol, reason }]
        : [{ symbol: request.symbol }];
    });
}

/** Why a request did not take, or `undefined` when it did. */
export function explainRequest(
  { symbol, value }: ConfigRequest,
  actual: ConfigValues,
  kconfig: Kconfig,
): string | undefined {
  const entries = kconfig.entries.get(symbol);
  if (entries === undefined) {
    // A symbol that an older or newer tree lacks is off there. A name close to an existing one is a typo.
    if (value === 'n' && closest(symbol, kconfig.entries.keys()) === undefined) return undefined;
    return `CONFIG_${symbol} does not exist in this tree.${suggest(symbol, kconfig.entries.keys())}`;
  }
  const found = actual.get(symbol) ?? 'n';
  if (found === value) return undefined;
  const reason = value === 'n' ? whySet(symbol, actual, kconfig) : whyUnset(symbol, entries, actual, kconfig);
  return `CONFIG_${symbol} is ${found}, not ${value} as asked. ${reason}`;
}

function whySet(symbol: string, actual: ConfigValues, kconfig: Kconfig): string {
  const selecting = (kconfig.selections.get(symbol) ?? [])
    .filter(
      ({ by, condition }) => isOn(by, actual) && (condition === '' || evaluate(condition, actual) !== false),
    )
    .map(({ by }) => `CONFIG_${by}`);
  if (selecting.length > 0) return `It is selected by ${[...new Set(selecting)].join(', ')}.`;
  return whyNotSettable(symbol, kconfig.entries.get(symbol) ?? [], actual, kconfig);
}

function whyUnset(
  symbol: string,
  entries: readonly KconfigEntry[],
  actual: ConfigValues,
  kconfig: Kconfig,
): string {
  // If a symbol has several entries, the one that lacks least is most likely the one meant.
  const [nearest] = entries
    .map((entry) => ({ entry, unmet: unmetParts(entry.depends, actual) }))
    .toSorted((a, b) => a.unmet.length - b.unmet.length);
  if (nearest !== undefined && nearest.unmet.length > 0) {
    const { file, line } = nearest.entry;
    return `It depends on ${nearest.unmet.join(' and on ')} (${file}:${line}).`;
  }
  return whyNotSettable(symbol, entries, actual, kconfig);
}

function whyNotSettable(
  symbol: string,
  entries: readonly KconfigEntry[],
  actual: ConfigValues,
  kconfig: Kconfig,
): string {
  const prompts = entries.flatMap(({ prompt }) => (prompt === undefined ? [] : [prompt]));
  if (prompts.length === 0) {
    const by = (kconfig.selections.get(symbol) ?? []).map((selection) => `CONFIG_${selection.by}`);
    const names = [...new Set(by)];
    if (names.length === 0) return 'It has no prompt: only Kconfig decides its value.';
    const shown = names.slice(0, 8).join(', ') + (names.length > 8 ? ' and others' : '');
    return `It has no prompt: it is only on if selected by ${shown}.`;
  }
  const hidden = prompts.map((conditions) => unmetParts(conditions, actual));
  const nearest = hidden.toSorted((a, b) => a.length - b.length)[0] ?? [];
  if (nearest.length > 0) return `It can be set only with ${nearest.join(' and ')}.`;
  const rival = chosenInstead(symbol, entries, actual, kconfig);
  if (rival !== undefined) return `CONFIG_${rival} was chosen instead, and only one of them can be.`;
  const places = entries.map(({ file, line }) => `${file}:${line}`).join(', ');
  return `Its range and its type are in ${places}.`;
}

function unmetParts(expressions: readonly string[], actual: ConfigValues): string[] {
  const parts = expressions.flatMap((expression) => evaluateConjuncts(expression, actual));
  const failing = parts.filter(({ holds }) => holds === false);
  const described = failing.map(({ text, symbols }) => {
    const [only] = symbols;
    const values = symbols.map((name) => `${name} is ${actual.get(name) ?? 'n'}`).join(', ');
    return only === text ? `${text} (which is ${actual.get(text) ?? 'n'})` : `${text} (${values})`;
  });
  return [...new Set(described)];
}

function chosenInstead(
  symbol: string,
  entries: readonly KconfigEntry[],
  actual: ConfigValues,
  kconfig: Kconfig,
): string | undefined {
  const choices = new Set(entries.flatMap(({ choice }) => (choice === undefined ? [] : [choice])));
  for (const [name, others] of kconfig.entries) {
    const shared = others.some(({ choice }) => choice !== undefined && choices.has(choice));
    if (shared && name !== symbol && isOn(name, actual)) return name;
  }
  return undefined;
}

function isOn(symbol: string, actual: ConfigValues): boolean {
  return /^[ym]$/u.test(actual.get(symbol) ?? 'n');
}

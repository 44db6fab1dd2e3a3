/** One program that a collection's own runner executes. */
export interface RunnerCall {
  /** The program, from the collection's folder, and its arguments. */
  readonly words: readonly string[];
  /** What the runner calls its kind, which decides what it sets up. */
  readonly category: string;
}

/** A call that cannot be read from the runner's text, and why. */
export interface UnreadCall {
  readonly text: string;
  readonly reason: string;
}

/**
 * The calls of `run_test` in the text of a runner such as mm's run_vmtests.sh. It is not executed: a variable has the
 * value that the text gives it, or that `values` has for what the runner computes; one without any makes the call unreadable.
 */
export function readRunnerCalls(
  text: string,
  values: Readonly<Record<string, string>>,
): { readonly calls: readonly RunnerCall[]; readonly unread: readonly UnreadCall[] } {
  const known = new Map([...assignments(text), ...Object.entries(values)]);
  const calls: RunnerCall[] = [];
  const unread: UnreadCall[] = [];
  for (const [, category = '', line = ''] of joined(text).matchAll(CALL)) {
    const words = line
      .trim()
      .split(/\s+/u)
      .map((word) => expand(word, known));
    const missing = words.flatMap(({ missing: name }) => name ?? []);
    // A variable that is empty is no word.
    const found = words.map(({ word }) => word).filter((word) => word !== '');
    if (missing.length > 0)
      unread.push({ text: line.trim(), reason: `the value of $${missing.join(' and $')} is not known` });
    else if (found[0] === 'sudo') unread.push({ text: line.trim(), reason: 'it needs sudo' });
    else calls.push({ words: found, category });
  }
  return { calls: uniqueCalls(calls), unread };
}

const CALL = /^[ \t]*CATEGORY="(\w+)"[ \t]+run_test[ \t]+(.+)$/gmu;

const joined = (text: string): string => text.replaceAll(/\s*\\\n\s*/gu, ' ');

/** Programs that the text gives a name: `bin=./program`. */
function assignments(text: string): [string, string][] {
  return [...text.matchAll(/^\s*(\w+)=(\.\/[\w.-]+)\s*$/gmu)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
}

function expand(
  word: string,
  known: ReadonlyMap<string, string>,
): { readonly word: string; readonly missing?: string } {
  let missing: string | undefined;
  const expanded = word.replaceAll('"', '').replaceAll(/\$\{?(\w+)\}?/gu, (_, name: string) => {
    const value = known.get(name);
    if (value === undefined) missing ??= name;
    return value ?? '';
  });
  return missing === undefined ? { word: expanded } : { word: expanded, missing };
}

function uniqueCalls(calls: readonly RunnerCall[]): RunnerCall[] {
  return [...new Map(calls.map((call) => [JSON.stringify(call.words), call])).values()];
}

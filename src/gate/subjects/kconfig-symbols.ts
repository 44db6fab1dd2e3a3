import { parsePatch } from '../../series/patches/patch-text.ts';

/**
 * The config symbols that patches themselves define, change or select. If these differ between base and patched kernel,
 * that is the series' own doing.
 */
export function kconfigSymbolsOf(patches: readonly string[]): ReadonlySet<string> {
  const hunks = patches
    .flatMap((text) => parsePatch(text))
    .filter(({ path }) => /(?:^|\/)Kconfig[^/]*$/u.test(path))
    .flatMap((file) => file.hunks);
  return new Set(hunks.flatMap(({ text }) => symbolsOfHunk(text)));
}

function symbolsOfHunk(text: string): string[] {
  const symbols: string[] = [];
  // An entry changed further down may be named only in the hunk's context, or after its second `@@`.
  let entry: string | undefined;
  for (const line of text.split('\n')) {
    entry = /^(?:@@.*@@ |[ +-])\s*(?:menu)?config (\w+)/u.exec(line)?.[1] ?? entry;
    if (!/^[+-]\s*\S/u.test(line)) continue;
    const selected = /^[+-]\s*(?:select|imply) (\w+)/u.exec(line)?.[1];
    if (entry !== undefined) symbols.push(entry);
    if (selected !== undefined) symbols.push(selected);
  }
  return symbols;
}

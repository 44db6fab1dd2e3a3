import type { ConfigValues } from '../kernel/config-file.ts';

/** How two final `.config`s differ. */
export interface ConfigDifference {
  /** Set on the base alone, as `NAME=value`. */
  readonly onlyBase: readonly string[];
  readonly onlyPatched: readonly string[];
  /** Set on both to different values: `NAME: y on the base, m with the series`. */
  readonly changed: readonly string[];
  /** Names of all symbols that differ. */
  readonly symbols: readonly string[];
}

/** Compares two final `.config`s, symbol by symbol. */
export function compareConfigs(base: ConfigValues, patched: ConfigValues): ConfigDifference {
  const names = [...new Set([...base.keys(), ...patched.keys()])].toSorted();
  const symbols = names.filter((name) => base.get(name) !== patched.get(name));
  const only = (here: ConfigValues, there: ConfigValues) =>
    symbols.filter((name) => !there.has(name)).map((name) => `${name}=${here.get(name) ?? ''}`);
  return {
    onlyBase: only(base, patched),
    onlyPatched: only(patched, base),
    changed: symbols
      .filter((name) => base.has(name) && patched.has(name))
      .map(
        (name) => `${name}: ${base.get(name) ?? ''} on the base, ${patched.get(name) ?? ''} with the series`,
      ),
    symbols,
  };
}

import type { ConfigValues } from '../../kernel/definition/config-file.ts';

/** How two final `.config`s differ. */
export interface ConfigDifference {
  /** Set on the base alone, as `NAME=value`. */
  readonly onlyBase: readonly string[];
  readonly onlyPatched: readonly string[];
  /** Set on both to different values: `NAME: y on the base, m with the series`. */
  readonly changed: readonly string[];
  /** Every symbol that differs, and how, in words. */
  readonly differing: readonly { readonly symbol: string; readonly text: string }[];
}

/** What Kconfig records about the host's Rust compiler, used or not. */
const RUST_TOOLS = /^(?:RUSTC|BINDGEN)_/u;

/**
 * Compares two final `.config`s, symbol by symbol. Versions of Rust tools are ignored if neither kernel contains Rust:
 * they describe the host at build time, not the kernel.
 */
export function compareConfigs(base: ConfigValues, patched: ConfigValues): ConfigDifference {
  const withRust = [base, patched].some((config) => config.get('RUST') === 'y');
  const symbols = [...new Set([...base.keys(), ...patched.keys()])].toSorted();
  const differing = symbols
    .map((symbol) => ({ symbol, before: base.get(symbol), after: patched.get(symbol) }))
    .filter(({ symbol, before, after }) => before !== after && (withRust || !RUST_TOOLS.test(symbol)))
    .map((one) => ({
      ...one,
      text: `${one.symbol}: ${one.before ?? 'unset'} on the base, ${one.after ?? 'unset'} with the series`,
    }));
  return {
    onlyBase: differing
      .filter(({ after }) => after === undefined)
      .map(({ symbol, before }) => `${symbol}=${before ?? ''}`),
    onlyPatched: differing
      .filter(({ before }) => before === undefined)
      .map(({ symbol, after }) => `${symbol}=${after ?? ''}`),
    changed: differing
      .filter(({ before, after }) => before !== undefined && after !== undefined)
      .map(({ text }) => text),
    differing: differing.map(({ symbol, text }) => ({ symbol, text })),
  };
}

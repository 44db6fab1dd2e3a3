import { settleKernel, type SettleOptions } from '../../kernel/settle/settle-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';

/**
 * Settles what the base will have, and gives the patched kernel the same plus what its own fragments ask for. Whether
 * the series applies is left to a later step, which explains it if not.
 */
export async function settleSubjects(
  [base, patched]: readonly [KernelDefinition, KernelDefinition],
  options: SettleOptions,
): Promise<readonly KernelDefinition[]> {
  const settled = await settleKernel(base, options);
  const symbols = Object.entries(settled.abilities.symbols).map(([arch, on]) => {
    const asked =
      patched.abilities.symbols[arch as keyof typeof patched.abilities.symbols] ?? new Set<string>();
    const before = base.abilities.symbols[arch as keyof typeof base.abilities.symbols] ?? new Set<string>();
    return [arch, new Set([...on, ...[...asked].filter((symbol) => !before.has(symbol))])] as const;
  });
  const abilities = { symbols: Object.fromEntries(symbols), version: settled.abilities.version };
  return [settled, { ...patched, abilities }];
}

import type { GuestSupply } from '../guest/open-supply.ts';
import type { Failure } from '../judge/judge-batch.ts';
import { compileReproducer } from './compile-reproducer.ts';
import { runReproducer } from './run-reproducer.ts';

/** What a reproducer came to in a pristine guest, outside of the fuzzer. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly output: string }
  | { readonly kind: 'not confirmed'; readonly output: string }
  /** The compiler's words. */
  | { readonly kind: 'not compiled'; readonly output: string };

/** Compiles a reproducer and runs it in a pristine guest. */
export async function confirmReproducer(
  source: string,
  failure: Failure,
  supply: GuestSupply,
  signal: AbortSignal,
): Promise<Confirmation> {
  const compiled = await compileReproducer(source, supply.arch, signal);
  if (compiled.kind === 'not compiled') return compiled;
  const { shown, output } = await runReproducer(compiled.binary, failure, supply, signal);
  return { kind: shown === 'failure' ? 'confirmed' : 'not confirmed', output };
}

/** Does something for as long as nobody interrupts it; what was done before is not lost to an interruption. */
export async function unlessInterrupted<T>(
  work: () => Promise<T>,
  otherwise: T,
  { signal }: { readonly signal: AbortSignal },
): Promise<T> {
  if (signal.aborted) return otherwise;
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return otherwise;
    throw error;
  }
}

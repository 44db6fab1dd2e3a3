import { InfraError, InterruptedError } from '../../errors.ts';

/** Batches under way in one guest: enough that it never waits for the host. */
const DEPTH = 6;

/** Guests in a row that do not come up, or answer nothing, after which no other is started. */
export const FAILURES_MAX = 3;

/** What is said of a guest that the harness lost. */
export const lostGuest = ({ message }: InfraError): string =>
  `A guest was lost, and another is started: ${message}`;

/**
 * Runs one batch after the other, several at once, for as long as `goesOn` says and nothing goes wrong; then waits for
 * those under way, whose results count whatever became of the others. Returns what went wrong, if anything did: the
 * first error, or one that is neither trouble of the harness nor an interruption.
 */
export async function feedGuest(goesOn: () => boolean, runNext: () => Promise<void>): Promise<unknown> {
  const errors: unknown[] = [];
  const feed = async (): Promise<void> => {
    while (errors.length === 0 && goesOn()) {
      try {
        await runNext();
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: DEPTH }, feed));
  return errors.find((error) => !isOrdinary(error)) ?? errors[0];
}

const isOrdinary = (error: unknown): boolean =>
  error instanceof InfraError || error instanceof InterruptedError;

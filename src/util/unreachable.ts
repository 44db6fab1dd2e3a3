import { InternalError } from '../errors.ts';

/** Ends a `switch` over a union: the compiler proves that it is never called. */
export function unreachable(value: never): never {
  throw new InternalError(`Unexpected value ${JSON.stringify(value)}.`, { code: 'INTERNAL_UNREACHABLE' });
}

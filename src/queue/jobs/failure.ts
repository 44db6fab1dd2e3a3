import { z } from 'zod';
import {
  BuildError,
  HostError,
  InfraError,
  InternalError,
  KgateError,
  UsageError,
  type ErrorDetails,
} from '../../errors.ts';

const KINDS = { UsageError, BuildError, InfraError, HostError, InternalError } as const;

/** An error that was raised on another machine. */
export const failureSchema = z.strictObject({
  kind: z.enum(['UsageError', 'BuildError', 'InfraError', 'HostError', 'InternalError']),
  message: z.string(),
  code: z.string(),
  hint: z.string().optional(),
  detail: z.string().optional(),
  commands: z.array(z.string()),
});

export type Failure = z.infer<typeof failureSchema>;

/** An error as data. Texts are changed by `localize`, which knows where the files are on the submitter's machine. */
export function asFailure(error: unknown, localize: (text: string) => string = (text) => text): Failure {
  const known = error instanceof KgateError ? error : unexpected(error);
  const kind = (Object.keys(KINDS) as Failure['kind'][]).find((name) => known instanceof KINDS[name]);
  return {
    kind: kind ?? 'InfraError',
    message: localize(known.message),
    code: known.code,
    ...(known.hint === undefined ? {} : { hint: localize(known.hint) }),
    ...(known.detail === undefined ? {} : { detail: localize(known.detail) }),
    commands: known.commands.map(localize),
  };
}

/** The same error where it is waited for. */
export function asError({ kind, message, ...details }: Failure): KgateError {
  const { hint, detail, ...rest } = details;
  const given: ErrorDetails = {
    ...rest,
    ...(hint === undefined ? {} : { hint }),
    ...(detail === undefined ? {} : { detail }),
  };
  return new KINDS[kind](message, given);
}

/**
 * Whether another worker would fail alike: the specs, the series or the programs are wrong. What a host lacks, and what
 * goes wrong on it, is its own.
 */
export const isFinal = (error: unknown): boolean =>
  error instanceof UsageError || error instanceof BuildError;

function unexpected(error: unknown): InfraError {
  return new InfraError(error instanceof Error ? error.message : String(error), {
    code: 'QUEUE_WORKER_FAILED',
    ...(error instanceof Error && error.stack !== undefined ? { detail: error.stack } : {}),
    cause: error,
  });
}

/**
 * Errors, split by who must act. A guest that fails is an outcome, never an exception.
 */

/** What the person in front of the terminal is told, and what callers branch on. */
export interface ErrorDetails {
  /** A permanent code, `AREA_PROBLEM`; see docs/errors.md. */
  readonly code: string;
  /** The next thing to do, as one sentence. */
  readonly hint?: string;
  /** Evidence: console lines, compiler output. Printed as it is, below the message. */
  readonly detail?: string;
  /** What was executed, to paste. Long, and printed on request only. */
  readonly commands?: readonly string[];
  readonly cause?: unknown;
}

/** The root of every error that kgate raises on purpose. */
export abstract class KgateError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly detail: string | undefined;
  readonly commands: readonly string[];
  /** The process's exit code when this error ends it. */
  abstract readonly exitCode: number;

  constructor(message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.hint = details.hint;
    this.detail = details.detail;
    this.commands = details.commands ?? [];
  }
}

/** The user gave something that cannot be right: a flag, a spec, a kernel file. */
export class UsageError extends KgateError {
  readonly exitCode = 2;
}

/** A kernel, driver or guest program did not build. */
export class BuildError extends KgateError {
  readonly exitCode = 3;
}

/** QEMU, the disk or the harness failed; the test subject is not to blame. */
export class InfraError extends KgateError {
  readonly exitCode = 4;
}

/** This host lacks something that kgate needs. */
export class HostError extends KgateError {
  readonly exitCode = 69;
}

/** Ctrl-C, or an abort by the caller. */
export class InterruptedError extends KgateError {
  readonly exitCode = 130;

  constructor(message = 'Interrupted.') {
    super(message, { code: 'RUN_INTERRUPTED' });
  }
}

/** A bug in kgate itself. */
export class InternalError extends KgateError {
  readonly exitCode = 70;
}

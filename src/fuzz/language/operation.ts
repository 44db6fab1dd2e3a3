import { z } from 'zod';
import type { Ending } from '../model/errno.ts';
import type { Process } from '../model/process.ts';
import type { World } from '../model/world.ts';
import type { Field } from './field.ts';
import type { Random } from './random.ts';

export type Value = number | string;

/** The arguments of an operation, by name. */
export type Arguments = Readonly<Record<string, Value>>;

/** One operation of a program. */
export interface Call {
  readonly name: string;
  readonly args: Arguments;
}

/** Who does an operation, and where. */
export interface Actor {
  readonly world: World;
  readonly process: Process;
  /** The number of the process, from 0. */
  readonly number: number;
}

/** One way in which the contract lets an operation end. */
export interface Outcome {
  readonly ending: Ending;
  /** Why it may end so, to end a sentence with "because". */
  readonly because: string;
  /** What is wrong with the value that the guest answered, in words; any value is right by default. */
  wrong?(value: number): string | undefined;
  /** Of one that reads a page: the page, and all that it may show. */
  readonly shows?: { readonly page: number; readonly values: readonly (number | undefined)[] };
  /** Changes the model; the value is the one that the guest answered, or `expected`. */
  apply?(value: number): void;
  /** A value that is right, for programs that are generated and have not run yet. 0 by default. */
  readonly expected?: number;
}

/** The fields of an operation, in the order of the guest's argument bytes; at most 10. */
export type Fields = Readonly<Record<string, AnyField>>;

/** A field of any type of value. */
interface AnyField {
  readonly schema: z.ZodType;
  encode: (this: void, value: never) => number;
  simpler: (this: void, value: never) => readonly unknown[];
}

/** The arguments that fields make up. */
export type ArgumentsOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends { readonly schema: z.ZodType<infer T> } ? T : never;
};

/** An operation of the language: one file says all that the host knows of it. */
export interface OperationOf<F extends Fields> {
  /** As programs write it. */
  readonly name: string;
  /** As the guest's code names it: OPERATION(name). */
  readonly guest: string;
  readonly fields: F;
  /** Draws arguments, steered by what the model knows; undefined where it makes no sense now. */
  generate(random: Random, actor: Actor): ArgumentsOf<F> | undefined;
  /** Every way in which it may end; the first is the likeliest. */
  outcomes(args: ArgumentsOf<F>, actor: Actor): readonly Outcome[];
  /** The call as C, with `arena`, `page` and `memfd` in scope. */
  source(args: ArgumentsOf<F>, context: SourceContext): string;
}

/** An operation, whatever its arguments are. */
export interface Operation {
  readonly name: string;
  readonly guest: string;
  readonly fields: Readonly<Record<string, Field<Value>>>;
  generate(random: Random, actor: Actor): Arguments | undefined;
  outcomes(args: Arguments, actor: Actor): readonly Outcome[];
  source(args: Arguments, context: SourceContext): string;
}

/** What the C of an operation may refer to. */
export interface SourceContext {
  readonly step: number;
  /** The variable with the pid of a process. */
  readonly pidOf: (this: void, process: number) => string;
}

/** Defines an operation; its arguments' types follow from its fields. */
export function defineOperation<F extends Fields>(operation: OperationOf<F>): Operation {
  // Programs are checked against the fields before anything else sees them.
  return operation as unknown as Operation;
}

/** The zod schema of an operation in a program. */
export function callSchema(operation: Operation): z.ZodType<Arguments> {
  const shape = Object.fromEntries(
    Object.entries(operation.fields).map(([name, field]) => [name, field.schema]),
  );
  return z.strictObject(shape);
}

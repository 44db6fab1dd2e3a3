import type { Call, Operation } from '../language/operation.ts';
import { sizeOf, type Program } from '../language/program.ts';

/** Programs with the same schedule and fewer calls: large parts left out first, then single ones. */
export function withoutCalls(program: Program): Program[] {
  const size = sizeOf(program);
  const candidates: Program[] = [];
  for (let length = Math.floor(size / 2); length >= 1; length = Math.floor(length / 2))
    for (let from = 0; from < size; from += length) candidates.push(leaveOut(program, from, length));
  return candidates;
}

function leaveOut(program: Program, from: number, length: number): Program {
  let place = -1;
  const stays = (): boolean => {
    place += 1;
    return place < from || place >= from + length;
  };
  return { ...program, calls: program.calls.map((turn) => turn.filter(stays)) };
}

/** Programs with the same schedule in which one argument of one call is simpler. */
export function withSimplerArguments(
  program: Program,
  operations: ReadonlyMap<string, Operation>,
): Program[] {
  return program.calls.flatMap((calls, turn) =>
    calls.flatMap((call, index) =>
      simplerCalls(call, operations).map((simpler) => replaceCall(program, turn, index, simpler)),
    ),
  );
}

function simplerCalls({ name, args }: Call, operations: ReadonlyMap<string, Operation>): Call[] {
  const fields = Object.entries(operations.get(name)?.fields ?? {});
  return fields.flatMap(([field, { simpler }]) => {
    const value = args[field];
    return value === undefined
      ? []
      : simpler(value).map((one): Call => ({ name, args: { ...args, [field]: one } }));
  });
}

function replaceCall(program: Program, turn: number, index: number, call: Call): Program {
  const calls = program.calls.map((one, at) => (at === turn ? one.with(index, call) : one));
  return { ...program, calls };
}

/** Programs in which every page has a lower number: all that names a page is moved down together. */
export function withLowerPages(program: Program, operations: ReadonlyMap<string, Operation>): Program[] {
  const pages = program.calls.flat().flatMap((call) => pageArguments(call, operations));
  const lowest = Math.min(...pages.map(([, page]) => page));
  if (!Number.isFinite(lowest) || lowest === 0) return [];
  const lower = (call: Call): Call => ({
    ...call,
    args: {
      ...call.args,
      ...Object.fromEntries(pageArguments(call, operations).map(([field, page]) => [field, page - lowest])),
    },
  });
  return [{ ...program, calls: program.calls.map((turn) => turn.map(lower)) }];
}

function pageArguments(
  { name, args }: Call,
  operations: ReadonlyMap<string, Operation>,
): (readonly [string, number])[] {
  return Object.entries(operations.get(name)?.fields ?? {}).flatMap(([field, { isPage }]) => {
    const value = args[field];
    return isPage === true && typeof value === 'number' ? [[field, value] as const] : [];
  });
}

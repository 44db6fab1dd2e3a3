import type { ProcessorReading, ProcessorRegisters } from '../../arch/architecture.ts';

/** A processor of a guest that has gone silent. */
export interface ProcessorState extends ProcessorRegisters {
  readonly index: number;
}

/** Parses the answer of QEMU's monitor to "info registers -a". */
export function parseProcessorStates(
  text: string,
  { parse }: Pick<ProcessorReading, 'parse'>,
): readonly ProcessorState[] {
  return text
    .split(/^CPU#/mu)
    .slice(1)
    .flatMap((part) => {
      const registers = parse(part);
      return registers === undefined ? [] : [{ index: Number.parseInt(part, 10), ...registers }];
    });
}

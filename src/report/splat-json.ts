import type { Splat } from '../console/splats/splat.ts';

/** A splat for programs: lines are counted from 1, and unknown values are null. */
export function splatToJson({ function: guilty, arch, line, consequences, ...rest }: Splat) {
  const { kind, title, severity, complete, lines, stack, guesses, registers } = rest;
  return {
    kind,
    title,
    function: guilty ?? null,
    severity,
    arch: arch ?? null,
    complete,
    line: line + 1,
    stack,
    guesses,
    registers,
    lines,
    consequences: consequences.map((one) => ({ ...one, line: one.line + 1 })),
  };
}

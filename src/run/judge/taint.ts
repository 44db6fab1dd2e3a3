/** The kernel's taint flags by bit, from Documentation/admin-guide/tainted-kernels.rst. */
const FLAGS = [
  'P (a proprietary module was loaded)',
  'F (a module was loaded by force)',
  'S (the processor is out of specification)',
  'R (a module was removed by force)',
  'M (a machine check happened)',
  'B (a bad page was found)',
  'U (user space asked for it)',
  'D (the kernel died: Oops or BUG)',
  'A (an ACPI table was overridden)',
  'W (a warning was issued)',
  'C (a staging driver was loaded)',
  'I (a firmware bug is worked around)',
  'O (a module from outside the tree was loaded)',
  'E (an unsigned module was loaded)',
  'L (a soft lockup happened)',
  'K (the kernel was live-patched)',
  'X (auxiliary taint, defined by the distribution)',
  'T (built with struct randomisation)',
  'N (an in-kernel test ran)',
  'J (a device’s firmware was changed)',
] as const;

/** The flags that `after` has and `before` lacked, in words. */
export function newTaint(before: number, after: number): string[] {
  // The mask is read from a decimal number that may use more than 31 bits.
  const added = BigInt(after) & ~BigInt(before);
  return Array.from({ length: added.toString(2).length }, (_, bit) => bit)
    .filter((bit) => ((added >> BigInt(bit)) & 1n) === 1n)
    .map((bit) => FLAGS[bit] ?? `bit ${bit} (unknown to kgate)`);
}

/** Whether lengths in gcov's files are in bytes, and a checksum follows the stamp: from GCC 12 on. */
export function countsBytes(version: number): boolean {
  return compilerMajor(version) >= 12;
}

/** A version is four characters: `B22*` is 12.2, as `A` stands for no tens of the major number and `B` for one. */
function compilerMajor(version: number): number {
  const text = Buffer.alloc(4);
  text.writeUInt32BE(version);
  return ((text[0] ?? 0) - 'A'.charCodeAt(0)) * 10 + Number(String.fromCharCode(text[1] ?? 0));
}

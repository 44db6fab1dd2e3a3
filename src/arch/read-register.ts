/** A register's value in the output of QEMU's monitor: `RIP=ffffffff812f5a9d`, or ` x1/ra   ffffffff800014a2`. */
export function readRegister(text: string, name: string): bigint | undefined {
  const value = new RegExp(String.raw`(?:^|\s)${name}(?:=|\s+)(?<digits>[\da-f]+)\b`, 'u').exec(text);
  const digits = value?.groups?.['digits'];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}

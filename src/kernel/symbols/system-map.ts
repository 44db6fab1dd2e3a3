/** The symbols of a kernel: addresses by name, in ascending order, with the room to the next symbol. */
export type SystemMap = ReadonlyMap<string, readonly MappedSymbol[]>;

/** Where a symbol begins and how long it is. */
export interface MappedSymbol {
  readonly address: bigint;
  readonly size: number;
}

/** Parses System.map: "ffffffff8111a11a T do_mmap" in each line, by address. */
export function parseSystemMap(text: string): SystemMap {
  const entries = text.split('\n').flatMap((line) => {
    const [address, , name] = line.split(' ');
    return address === undefined || name === undefined ? [] : { address: BigInt(`0x${address}`), name };
  });
  const symbols = new Map<string, MappedSymbol[]>();
  for (const [index, { address, name }] of entries.entries()) {
    // Several symbols may stand for one address.
    let next = index + 1;
    while (entries[next]?.address === address) next += 1;
    const size = Number((entries[next]?.address ?? address) - address);
    const same = symbols.get(name);
    if (same === undefined) symbols.set(name, [{ address, size }]);
    else same.push({ address, size });
  }
  return symbols;
}

/** The symbol that a report means: among several with this name the one of this size, else undefined. */
export function findSymbol(symbols: SystemMap, name: string, size: number): MappedSymbol | undefined {
  const named = symbols.get(name) ?? [];
  if (named.length === 1) return named[0];
  const fitting = named.filter((symbol) => symbol.size === size);
  return fitting.length === 1 ? fitting[0] : undefined;
}

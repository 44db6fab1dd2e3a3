/** A place in a kernel's code, as the kernel itself would print it. */
export interface TextSymbol {
  readonly symbol: string;
  readonly offset: number;
  readonly size: number;
}

/** Says which function an address is in. */
export type FindTextSymbol = (address: bigint) => TextSymbol | undefined;

interface Place {
  readonly address: bigint;
  /** Undefined outside of code. */
  name: string | undefined;
}

/** Parses System.map for the other direction: from an address to the function that it is in. */
export function parseTextSymbols(systemMap: string): FindTextSymbol {
  const places: Place[] = [];
  for (const line of systemMap.split('\n')) {
    const [digits = '', type = '', name] = line.split(' ');
    if (name === undefined) continue;
    const address = BigInt(`0x${digits}`);
    const code = /^[tTwW]$/u.test(type) ? name : undefined;
    const last = places.at(-1);
    // Several symbols may stand for one address; the first that is code names it.
    if (last?.address === address) last.name ??= code;
    else places.push({ address, name: code });
  }
  return (address) => {
    const next = firstAbove(places, address);
    const [begin, end] = [places[next - 1], places[next]];
    if (begin?.name === undefined || end === undefined) return undefined;
    return {
      symbol: begin.name,
      offset: Number(address - begin.address),
      size: Number(end.address - begin.address),
    };
  };
}

function firstAbove(places: readonly Place[], address: bigint): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.address ?? address) > address) high = middle;
    else low = middle + 1;
  }
  return low;
}

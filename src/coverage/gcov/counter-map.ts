import type { KernelImage } from './kernel-image.ts';

/** The counters that the compiler gave to one object file. */
export interface CountedObject {
  /** The object's `.gcda` file as the compiler names it: absolute, in the folder of objects. */
  readonly gcda: string;
  /** What tells in `.gcno` and `.gcda` files which compilation they belong to. */
  readonly version: number;
  readonly stamp: number;
  readonly checksum: number;
  /** Address of the first counter. */
  readonly start: bigint;
  /** How many counters there are from the first to the last, those of all functions and what may lie between them. */
  readonly length: number;
  readonly functions: readonly CountedFunction[];
  /** Bytes that the kernel never changes, by which a reader of memory can tell that its addresses are right. */
  readonly proof: { readonly address: bigint; readonly bytes: Buffer };
}

/** The counters of one function. */
export interface CountedFunction {
  readonly ident: number;
  readonly linesChecksum: number;
  readonly graphChecksum: number;
  /** Index of its first counter, from the first of the object. */
  readonly first: number;
  readonly count: number;
}

// What follows is the interface between the code that GCC emits and libgcov, unchanged since GCC 4.7 in the parts that
// are read here. The kernel's kernel/gcov/gcc_4_7.c declares the same structures.

/** `struct gcov_fn_info` with one set of counters. */
const FUNCTION = { bytes: 40, key: 0, ident: 8, lines: 12, graph: 16, count: 24, values: 32 };
/** The part of it that holds no addresses. */
const CONSTANT = { from: FUNCTION.ident, bytes: 20 };
/** `struct gcov_info` up to the file's name. Before GCC 12 padding stands in place of the checksum. */
const OBJECT = { bytes: 32, version: 0, stamp: 16, checksum: 20, name: 24 };

/** Counters have 64 bits. */
export const COUNTER_BYTES = 8;

/** Finds every counter of a kernel by what the compiler itself recorded of them. */
export function readCounterMap(image: KernelImage): readonly CountedObject[] {
  const records = image.symbols(/^__gcov_\./u).map(({ address }) => {
    return { address, bytes: image.bytes(address, FUNCTION.bytes) };
  });
  const byObject = Map.groupBy(records, ({ bytes }) => bytes.readBigUInt64LE(FUNCTION.key));
  return [...byObject].map(([key, functions]) => readObject(image, key, functions));
}

interface FunctionRecord {
  readonly address: bigint;
  readonly bytes: Buffer;
}

function readObject(image: KernelImage, key: bigint, records: readonly FunctionRecord[]): CountedObject {
  const info = image.bytes(key, OBJECT.bytes);
  const placed = records
    .map(({ address, bytes }) => ({ address, bytes, values: bytes.readBigUInt64LE(FUNCTION.values) }))
    .toSorted((a, b) => (a.values < b.values ? -1 : 1));
  const start = placed[0]?.values ?? 0n;
  const functions = placed.map(({ bytes, values }) => ({
    ident: bytes.readUInt32LE(FUNCTION.ident),
    linesChecksum: bytes.readUInt32LE(FUNCTION.lines),
    graphChecksum: bytes.readUInt32LE(FUNCTION.graph),
    first: Number(values - start) / COUNTER_BYTES,
    count: bytes.readUInt32LE(FUNCTION.count),
  }));
  const last = functions.at(-1);
  return {
    gcda: image.text(info.readBigUInt64LE(OBJECT.name)),
    version: info.readUInt32LE(OBJECT.version),
    stamp: info.readUInt32LE(OBJECT.stamp),
    checksum: info.readUInt32LE(OBJECT.checksum),
    start,
    length: last === undefined ? 0 : last.first + last.count,
    functions,
    proof: {
      address: (placed[0]?.address ?? 0n) + BigInt(CONSTANT.from),
      bytes: placed[0]?.bytes.subarray(CONSTANT.from, CONSTANT.from + CONSTANT.bytes) ?? Buffer.alloc(0),
    },
  };
}

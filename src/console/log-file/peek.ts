/** The first bytes of a stream, and all of it. */
export interface Peeked {
  readonly beginning: Buffer;
  readonly chunks: AsyncIterable<Buffer>;
}

/** Reads at least this many bytes of a stream, if there are that many, without consuming them. */
export async function peek(source: AsyncIterable<Buffer>, bytes: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let length = 0;
  while (length < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    length += next.value.length;
  }
  return { beginning: Buffer.concat(read).subarray(0, bytes), chunks: goOn(read, iterator) };
}

async function* goOn(read: readonly Buffer[], iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* read;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

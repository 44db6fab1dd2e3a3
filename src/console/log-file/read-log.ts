import { decompress, MAGIC_LENGTH } from './decompress.ts';
import { SAMPLE, whyNotALog } from './file-format.ts';
import { NotALog } from './not-a-log.ts';
import { peek } from './peek.ts';
import { encodingOf, toUtf8 } from './text-encoding.ts';

/** A log that was compressed twice, for instance by a server. */
const LAYERS_MAX = 3;

/**
 * The text of a console log in UTF-8, from a file's bytes: decompressed, and converted from UTF-16. Throws NotALog if
 * the bytes contain no log. Uses constant memory, whatever the file's size.
 */
export async function* readLog(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = source;
  for (let layer = 0; layer < LAYERS_MAX; layer += 1) {
    const { beginning, chunks } = await peek(bytes, MAGIC_LENGTH);
    const inside = decompress(beginning, chunks);
    bytes = inside ?? chunks;
    if (inside === undefined) break;
  }
  const raw = await peek(bytes, SAMPLE);
  const encoding = encodingOf(raw.beginning);
  const isPlain = encoding === 'utf-8' && raw.beginning[0] !== 0xef;
  const text = await peek(isPlain ? raw.chunks : toUtf8(raw.chunks, encoding), SAMPLE);
  const reason = whyNotALog(text.beginning);
  if (reason !== undefined) throw new NotALog(reason);
  yield* text.chunks;
}

import { StringDecoder } from 'node:string_decoder';
import type { Splat } from './splat.ts';
import { SplatScanner } from './scanner.ts';

/** Far longer than any kernel line; the rest of a longer one is dropped. */
const LINE_MAX = 16 * 1024;

/**
 * Finds the splats in a console log of any length, in constant memory. A splat is emitted once nothing more can follow
 * from it: at the next boot, at the end, or when many others wait.
 */
export async function* scanStream(chunks: AsyncIterable<Buffer>): AsyncGenerator<Splat> {
  const found: Splat[] = [];
  const scanner = new SplatScanner((splat) => found.push(splat));
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + decoder.write(chunk);
    let begin = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
      scanner.push(text.slice(begin, Math.min(end, begin + LINE_MAX)));
      begin = end + 1;
    }
    rest = text.slice(begin, begin + LINE_MAX);
    yield* found.splice(0);
  }
  scanner.push(rest);
  scanner.end();
  yield* found;
}

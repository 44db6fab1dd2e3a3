import { z } from 'zod';
import type { Digest } from '../digest.ts';

/** The one file that an entry of the server's action cache leads to. */
export interface SharedBlob {
  /** Names the entry; one that was stored for another is refused. */
  readonly name: string;
  readonly digest: Digest;
  readonly bytes: number;
}

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/u)
  .transform((text) => text as Digest);

/** JSON as protobuf writes it: numbers of 64 bits are strings, and what is not known here is somebody else's. */
const schema = z.object({
  outputFiles: z
    .array(
      z.object({
        path: z.string(),
        digest: z.object({ hash: digest, sizeBytes: z.coerce.number().int().positive() }),
      }),
    )
    .length(1),
});

/**
 * An `ActionResult` of Bazel's remote execution API as JSON. Servers that know the API check it, and drop it together
 * with its blob; to any other it is a file.
 */
export function encodeActionResult({ name, digest: hash, bytes }: SharedBlob): string {
  return JSON.stringify({
    outputFiles: [{ path: name, digest: { hash, sizeBytes: String(bytes) } }],
    executionMetadata: { worker: 'kgate' },
  });
}

/** Reads what `encodeActionResult` wrote; `undefined` for anything else. */
export function decodeActionResult(text: string): SharedBlob | undefined {
  try {
    const [file] = schema.parse(JSON.parse(text)).outputFiles;
    return file && { name: file.path, digest: file.digest.hash, bytes: file.digest.sizeBytes };
  } catch {
    return undefined;
  }
}

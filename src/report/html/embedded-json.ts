import { gzipSync } from 'node:zlib';
import { Markup } from './markup.ts';

/** A value as a data block that the page's script reads. Nothing in it can end the block. */
export function embedJson(id: string, value: unknown): Markup {
  const text = JSON.stringify(value).replaceAll('<', String.raw`\u003C`);
  return new Markup(`<script type="application/json" id="${id}">${text}</script>`);
}

/** The same, compressed, for what is needed only on demand. */
export function embedCompressed(id: string, value: unknown): Markup {
  const packed = gzipSync(JSON.stringify(value), { level: 9 }).toString('base64');
  return new Markup(`<script type="application/gzip" id="${id}">${packed}</script>`);
}

import { gunzipSync } from 'node:zlib';
import { printedIn } from './page-commands.ts';

/** The commands that kgate printed on a terminal for its reader to run something again. */
export function printedOnTerminal(output: string): readonly string[] {
  return unique(output.split('\n').flatMap(printedIn));
}

/** The one at the end of a mail, in one line. */
export function printedInMail(mail: string): readonly string[] {
  const [, block = ''] = /^To see it again.*\n((?: {2}.+\n)+)/mu.exec(mail) ?? [];
  const line = block.replaceAll(/\\\n\s+/gu, '').trim();
  return line === '' ? [] : [line];
}

/** Those of the pages of all cases in an HTML report. */
export function printedInHtml(html: string): readonly string[] {
  const blocks = [...html.matchAll(/<script type="application\/gzip" id="[^"]+">([^<]+)<\/script>/gu)];
  const found = blocks.flatMap(([, packed = '']) => {
    const text = gunzipSync(Buffer.from(packed, 'base64')).toString();
    return [...text.matchAll(/"again":("(?:[^"\\]|\\.)*")/gu)].map(([, word = '']) =>
      String(JSON.parse(word)),
    );
  });
  return unique(found);
}

const unique = (commands: readonly string[]): readonly string[] => [...new Set(commands)];

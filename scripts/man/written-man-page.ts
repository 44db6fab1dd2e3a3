import { resolve } from 'node:path';
import { createProgram } from '../../src/cli/program.ts';
import { manPage } from '../../src/cli/shell/man-page.ts';
import { createPalette } from '../../src/report/text/palette.ts';
import { kgateVersion } from '../../src/run/project/version.ts';

/** Where the manual page is. */
export const MAN_PAGE = resolve(import.meta.dirname, '../../docs/kgate.1');

/** The manual page as the commands' helps make it. */
export async function writtenManPage(): Promise<string> {
  const palette = createPalette(false);
  const version = await kgateVersion();
  const terminal = { palette, errorPalette: palette, area: undefined, writeOut() {}, writeError() {} };
  const context = { terminal, signal: new AbortController().signal, cwd: '/', version };
  return manPage(
    createProgram(context, () => {}),
    version,
  );
}

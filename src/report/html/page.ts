import { createHash } from 'node:crypto';
import { Markup, markup, nothing } from './markup.ts';

/** The parts of a page. */
export interface PageParts {
  readonly title: string;
  readonly styles: string;
  /** Runs before anything is drawn. */
  readonly earlyScript: string;
  /** Runs when the whole page has loaded. */
  readonly script: string;
  /** How soon a browser asks for the page again, in s; never when left out. */
  readonly refreshSeconds?: number | undefined;
  readonly body: readonly Markup[];
}

/**
 * One HTML file that needs nothing else. Its policy lets a browser run exactly these scripts and reach no network,
 * whatever a guest wrote.
 */
export function renderPage(parts: PageParts): string {
  const { title, styles, earlyScript, script, refreshSeconds, body } = parts;
  const refresh =
    refreshSeconds === undefined
      ? nothing
      : markup`\n<meta http-equiv="refresh" content="${refreshSeconds}">`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(earlyScript)} ${hash(script)}`,
    `style-src ${hash(styles)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${refresh}
<title>${title}</title>
<style>${new Markup(styles)}</style>
<script>${new Markup(earlyScript)}</script>
</head>
<body>
${body}
<script type="module">${new Markup(script)}</script>
</body>
</html>
`.text;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

import { markup, nothing, type Markup } from './markup.ts';

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'search'],
  [['j', 'k'], 'next and previous case of the list'],
  [['Enter'], 'open the case'],
  [['n', 'p'], 'next and previous case, while one is open'],
  [['Esc'], 'back to the list; clear the search'],
  [['1'], 'cases'],
  [['2'], 'patch coverage'],
  [['3'], 'kernels'],
  [['4'], 'timeline'],
  [['t'], 'light or dark'],
  [['?'], 'this help'],
];

/** The views of the report, and the tools that all of them have. */
export function renderNavigation(hasCoverage: boolean): Markup {
  return markup`<nav class="views" aria-label="Views"><ul>
<li><a href="#cases">Cases</a></li>
${hasCoverage ? markup`<li><a href="#coverage">Patch coverage</a></li>` : nothing}
<li><a href="#kernels">Kernels</a></li>
<li><a href="#timeline">Timeline</a></li>
</ul><div class="tools"><button type="button" id="theme" aria-keyshortcuts="t">Dark</button> <button type="button" id="help" aria-keyshortcuts="?">Keys <kbd aria-hidden="true">?</kbd></button></div></nav>
<noscript><p class="notice">Without scripts this page shows the verdict, all cases and what is wrong with them, kernels and the timeline, but neither filters nor the pages of cases.</p></noscript>`;
}

/** A dialog with the keys. */
export function renderHelp(): Markup {
  return markup`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<dl>${KEYS.map(([keys, does]) => markup`<div><dt>${keys.map((key) => markup`<kbd>${key}</kbd> `)}</dt><dd>${does}</dd></div>`)}</dl>
<form method="dialog"><button>Close</button></form></dialog>`;
}

import type {
  CoverageFile,
  CoverageLine,
  CoverageRecord,
  CoverageSubject,
} from '../../coverage/coverage-record.ts';
import { countOf } from '../../util/count-of.ts';
import { unreachable } from '../../util/unreachable.ts';
import { highlightSource } from './highlighted-source.ts';
import { markup, nothing, type Markup } from './markup.ts';

/** A few files are unfolded; of many, only those with lines that never ran. */
const FILES_UNFOLDED = 3;

type Cases = CoverageRecord['cases'];

/** The lines that a series adds to one file, each with where it ran. */
export function renderCoveredFile(file: CoverageFile, subject: CoverageSubject, cases: Cases): Markup {
  const { path, total, hunks, arches: perArch } = file;
  const names = Object.keys(subject.arches);
  const figures =
    names.length < 2
      ? []
      : Object.entries(perArch).map(([arch, own]) => `${arch} ${own.ran} of ${own.executable}`);
  const open = total.ran < total.executable || subject.files.length <= FILES_UNFOLDED;
  return markup`<details class="file"${open ? markup` open` : nothing}>
<summary><h4><code>${path}</code></h4> <span class="count">${total.ran} of ${countOf(total.executable, 'line')}</span> <span class="explanation">${figures.join(', ')}</span></summary>
${renderNeverRan(file, subject)}
<div class="scroll diff" tabindex="0" role="region" aria-label="Added lines of ${path}"><table>
<thead class="hidden"><tr><th scope="col">line</th>${names.map((arch) => markup`<th scope="col">ran on ${arch}</th>`)}<th scope="col">added</th><th scope="col">text</th></tr></thead>
${hunks.map(({ lines }) => renderHunk(lines, file, subject, cases))}</table></div></details>`;
}

function renderHunk(
  lines: readonly CoverageLine[],
  file: CoverageFile,
  subject: CoverageSubject,
  cases: Cases,
): Markup {
  const texts = highlightSource(
    file.path,
    lines.map(({ text }) => text),
  );
  return markup`<tbody>${lines.map((line, index) => renderLine(line, texts[index], { file, subject, cases }))}</tbody>`;
}

function renderNeverRan({ never, path }: CoverageFile, { kernel }: CoverageSubject): Markup {
  if (never.length === 0) return nothing;
  const ranges = never.map(({ from, to, function: around }, index) => {
    const lines = from === to ? `${from}` : `${from}–${to}`;
    const where = around === undefined ? '' : ` ${around}()`;
    return markup`${index === 0 ? '' : ', '}<a href="#${encodeURIComponent(lineId(kernel, path, from))}">${lines}</a>${where}`;
  });
  return markup`<p class="never-ran">Never ran: ${ranges}</p>`;
}

interface LineContext {
  readonly file: CoverageFile;
  readonly subject: CoverageSubject;
  readonly cases: Cases;
}

function renderLine(
  coverage: CoverageLine,
  text: Markup | undefined,
  { file: { path, never }, subject: { kernel, arches, patches }, cases }: LineContext,
): Markup {
  const { line, patch } = coverage;
  const origin =
    patch === undefined ? nothing : markup` title="${patches[patch] ?? ''}" data-patch="${patch}"`;
  const target = never.some(({ from }) => from === line)
    ? markup` id="${lineId(kernel, path, line)}"`
    : nothing;
  const cells = Object.keys(arches).map((arch) => renderCount(coverage, arch, cases));
  return markup`<tr class="${stateOf(coverage)}"${origin}${target}><td class="number">${line}</td>${cells}<td class="sign">${patch === undefined ? '' : '+'}</td><td class="code">${text}</td></tr>
`;
}

/** `codeless` is added, but has no code of its own. */
function stateOf({ patch, arches }: CoverageLine): 'context' | 'codeless' | 'ran' | 'never' {
  if (patch === undefined) return 'context';
  const counts = Object.values(arches);
  if (counts.length === 0) return 'codeless';
  return counts.some(({ count }) => count > 0) ? 'ran' : 'never';
}

function renderCount({ arches }: CoverageLine, arch: string, cases: Cases): Markup {
  const own = Object.entries(arches).find(([name]) => name === arch)?.[1];
  if (own === undefined) return markup`<td></td>`;
  const kind = own.count === 0 ? 'never' : own.cases === 0 ? 'boot' : 'cases';
  switch (kind) {
    case 'never':
      return markup`<td class="zero" title="never ran on ${arch}">never</td>`;
    case 'boot':
      return markup`<td class="hit" title="${arch}: only at boot">boot</td>`;
    case 'cases': {
      const first = own.first === undefined ? undefined : cases[own.first];
      const by = first === undefined ? '' : `, first ${first.spec} › ${first.case}`;
      return markup`<td class="hit" title="${arch}: ${own.count} times in ${countOf(own.cases, 'case')}${by}">${own.cases}</td>`;
    }
    default:
      return unreachable(kind);
  }
}

const lineId = (kernel: string, path: string, line: number): string => `${kernel}:${path}:${line}`;

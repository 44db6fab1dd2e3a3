import type {
  CoverageFile,
  CoverageLine,
  CoverageRecord,
  CoverageSubject,
  CoverageTotals,
} from '../../coverage/coverage-record.ts';
import { countOf } from '../../util/count-of.ts';
import { markup, nothing, type Markup } from './markup.ts';

/** Which lines of the series ran: figures, then each file as an annotated diff. */
export function renderCoverageView(coverage: CoverageRecord): Markup {
  const { subjects, notices } = coverage;
  return markup`<section class="view" id="coverage" aria-labelledby="coverage-title">
<h2 id="coverage-title">Patch coverage</h2>
${notices.length === 0 ? nothing : markup`<ul class="marks">${notices.map((notice) => markup`<li>${notice}</li>`)}</ul>`}
${subjects.map((subject) => renderSubject(subject, coverage))}
</section>`;
}

function renderSubject(subject: CoverageSubject, { cases }: CoverageRecord): Markup {
  const { total, arches, files, withoutCode, kernel, patches } = subject;
  const perArch = Object.entries(arches).map(
    ([arch, own]) => markup`<div><dt>${arch}</dt><dd>${describe(own)}</dd></div>`,
  );
  return markup`<h3>${kernel}</h3>
<p class="figure"><strong>${percent(total)}</strong> ${describe(total)} of the series, in ${countOf(cases.length, 'case')} and the boot.</p>
<dl class="facts">${perArch}</dl>
${patches.length < 2 ? nothing : renderPatchChoice(patches)}
${files.map((file) => renderFile(file, subject, cases))}
${withoutCode.length === 0 ? nothing : markup`<p class="explanation">Without code of their own: ${withoutCode.join(', ')}.</p>`}`;
}

function renderPatchChoice(patches: readonly string[]): Markup {
  return markup`<label class="arch">Patch <select class="patch-choice"><option value="">all</option>${patches.map((name, index) => markup`<option value="${index}">${name}</option>`)}</select></label>`;
}

function renderFile(
  { path, total, never, hunks, arches: perArch }: CoverageFile,
  { arches, patches }: CoverageSubject,
  cases: CoverageRecord['cases'],
): Markup {
  const names = Object.keys(arches);
  const ranges = never.map(({ from, to, function: around }) => {
    const lines = from === to ? `${from}` : `${from}–${to}`;
    return around === undefined ? lines : `${lines} (${around})`;
  });
  const summary = Object.entries(perArch).map(([arch, own]) => `${arch} ${own.ran}/${own.executable}`);
  return markup`<details class="file"${total.ran < total.executable ? markup` open` : nothing}>
<summary><h4><code>${path}</code></h4> <span class="count">${describe(total)}</span> <span class="explanation">${summary.join(', ')}</span></summary>
${ranges.length === 0 ? nothing : markup`<p class="never">Never ran: ${ranges.join(', ')}</p>`}
<div class="scroll diff" tabindex="0" role="region" aria-label="Added lines of ${path}"><table>
<thead class="hidden"><tr><th scope="col">line</th>${names.map((arch) => markup`<th scope="col">ran on ${arch}</th>`)}<th scope="col">added</th><th scope="col">text</th></tr></thead>
${hunks.map(({ lines }) => markup`<tbody>${lines.map((line) => renderLine(line, names, patches, cases))}</tbody>`)}</table></div></details>`;
}

function renderLine(
  { line, text, patch, arches }: CoverageLine,
  names: readonly string[],
  patches: readonly string[],
  cases: CoverageRecord['cases'],
): Markup {
  const found = Object.entries(arches);
  const state =
    patch === undefined
      ? 'context'
      : found.length === 0
        ? 'codeless'
        : found.some(([, { count }]) => count > 0)
          ? 'ran'
          : 'never';
  const cells = names.map((name) => {
    const own = found.find(([arch]) => arch === name)?.[1];
    if (own === undefined) return markup`<td></td>`;
    const first = own.first === undefined ? undefined : cases[own.first];
    const by = first === undefined ? '' : `, first by ${first.spec} › ${first.case}`;
    const told = own.count === 0 ? `never ran on ${name}` : `${name}: in ${countOf(own.cases, 'case')}${by}`;
    return markup`<td class="${own.count === 0 ? 'zero' : 'hit'}" title="${told}">${own.count === 0 ? 'never' : own.cases > 0 ? own.cases : 'boot'}</td>`;
  });
  const origin =
    patch === undefined ? nothing : markup` title="${patches[patch] ?? ''}" data-patch="${patch}"`;
  return markup`<tr class="${state}"${origin}><td class="number">${line}</td>${cells}<td class="sign">${patch === undefined ? '' : '+'}</td><td class="code">${text}</td></tr>
`;
}

const describe = ({ ran, executable }: CoverageTotals): string =>
  `${ran} of ${countOf(executable, 'executable added line')} ran`;

const percent = ({ ran, executable }: CoverageTotals): string =>
  executable === 0 ? '–' : `${Math.floor((ran / executable) * 100)} %`;

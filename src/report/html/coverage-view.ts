import type { CoverageRecord, CoverageSubject, CoverageTotals } from '../../coverage/coverage-record.ts';
import type { LineMutants } from '../../mutants/lines/line-mutants-record.ts';
import { countOf } from '../../util/count-of.ts';
import { renderCoveredFile } from './covered-file.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { renderPlantedBugsView } from './planted-bugs-view.ts';

/** Which lines of the series ran: figures, then each file as an annotated diff; and what small bugs in them showed. */
export function renderCoverageView(coverage: CoverageRecord, mutants?: LineMutants): Markup {
  const { subjects, notices } = coverage;
  return markup`<section class="view" id="coverage" aria-labelledby="coverage-title">
<h2 id="coverage-title">Patch coverage</h2>
${notices.length === 0 ? nothing : markup`<ul class="marks">${notices.map((notice) => markup`<li>${notice}</li>`)}</ul>`}
${subjects.map((subject) => renderSubject(subject, coverage))}
${mutants === undefined ? nothing : renderPlantedBugsView(mutants)}
</section>`;
}

function renderSubject(subject: CoverageSubject, { cases }: CoverageRecord): Markup {
  const { total, removed, arches, files, withoutCode, unplaced, kernel, patches } = subject;
  const perArch = Object.entries(arches).map(
    ([arch, own]) => markup`<div><dt>${arch}</dt><dd>${own.ran} of ${own.executable}</dd></div>`,
  );
  return markup`<h3>${kernel}</h3>
<p class="figure"><strong>${unplaced === undefined ? percent(total) : '–'}</strong> ${total.ran} of ${countOf(total.executable, 'executable line')} that the series adds${unplaced === undefined ? '' : ' and that were found'} ran, in ${countOf(cases.length, 'case')} or at boot.${removed === undefined ? nothing : markup` Of ${countOf(removed.executable, 'line')} of code that it takes out, ${removed.ran} were in functions that ran.`}</p>
${perArch.length < 2 ? nothing : markup`<dl class="facts">${perArch}</dl>`}
${patches.length < 2 ? nothing : renderPatchChoice(patches)}
${files.map((file) => renderCoveredFile(file, subject, cases))}
${withoutCode.length === 0 ? nothing : markup`<p class="explanation">Without code of their own: ${withoutCode.join(', ')}.</p>`}`;
}

function renderPatchChoice(patches: readonly string[]): Markup {
  return markup`<p><label class="arch">Patch <select class="patch-choice"><option value="">all</option>${patches.map((name, index) => markup`<option value="${index}">${name}</option>`)}</select></label></p>`;
}

const percent = ({ ran, executable }: CoverageTotals): string =>
  executable === 0 ? '–' : `${Math.floor((ran / executable) * 100)} %`;

import type { ComparedFinding, Comparison } from '../../fuzz/compare/comparison-record.ts';
import { describeEnds, describeStanding, orderFindings, summarizeFuzzing } from '../recorded/fuzzed.ts';
import { highlightSource } from './highlighted-source.ts';
import { markup, nothing, type Markup } from './markup.ts';
import type { Tone } from './standing.ts';

const TONES: Readonly<Record<ComparedFinding['standing'], Tone>> = {
  regression: 'bad',
  unconfirmed: 'odd',
  fix: 'good',
  both: 'odd',
};

/** What generated programs showed on both kernels, each with its reproducer to open. */
export function renderFuzzingView(fuzz: Comparison): Markup {
  const findings = orderFindings(fuzz).map((finding) => renderFinding(finding));
  const ends = describeEnds(fuzz);
  return markup`<h3>Generated programs</h3>
<p class="figure">${summarizeFuzzing(fuzz)}. <span class="explanation">${ends.join(' ')}</span></p>
${findings.length === 0 ? nothing : markup`<ul class="marks">${findings}</ul>`}`;
}

function renderFinding(finding: ComparedFinding): Markup {
  const { standing, text, arch, reproducer } = finding;
  return markup`<li><span class="tag" data-tone="${TONES[standing]}">${standing}</span> ${arch}: ${text} <span class="explanation">${describeStanding(finding)}</span>${reproducer === undefined ? nothing : renderReproducer(reproducer, text)}</li>`;
}

function renderReproducer(
  { source, output }: NonNullable<ComparedFinding['reproducer']>,
  text: string,
): Markup {
  const lines = highlightSource('reproducer.c', source.trimEnd().split('\n'));
  const code = lines.map((line) => markup`${line}\n`);
  return markup`<details><summary>Reproducer, in C</summary><pre class="lines" tabindex="0" role="region" aria-label="Reproducer: ${text}">${code}</pre>${output.trim() === '' ? nothing : markup`<p>It says:</p><pre class="lines" tabindex="0" role="region" aria-label="What it says: ${text}">${output.trim()}</pre>`}</details>`;
}

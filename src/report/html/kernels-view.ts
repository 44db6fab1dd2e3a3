import type { GateRecord } from '../../gate/gate-record.ts';
import type { RunRecord } from '../../run/record/record.ts';
import { countOf } from '../../util/count-of.ts';
import { OTHER_BUILD_WORDS } from '../text/other-build-words.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { renderFuzzingView } from './fuzzing-view.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { renderPlainTable } from './plain-table.ts';

/** What was built and booted, and how it compares apart from the cases. */
export function renderKernelsView({ run, gate }: RecordedRun): Markup {
  return markup`<section class="view" id="kernels" aria-labelledby="kernels-title">
<h2 id="kernels-title">Kernels</h2>
${renderKernels(run)}
${gate === undefined ? nothing : [gate.fuzz === undefined ? nothing : renderFuzzingView(gate.fuzz), renderHealth(gate), renderOtherBuilds(gate), renderConfig(gate), renderSeries(gate)]}
</section>`;
}

function renderKernels({ kernels, accelerators, host }: RunRecord): Markup {
  const table = renderPlainTable({
    label: 'Kernels that were booted',
    heads: ['kernel', 'role', 'arch', 'variant', 'release', 'build id', 'compiler'],
    rows: kernels.map(({ id, role, arch, variant, release, buildId, compiler }) => [
      id,
      role,
      arch,
      variant,
      release,
      markup`<code title="${buildId}">${buildId.slice(0, 12)}</code>`,
      compiler,
    ]),
  });
  return markup`${table}
<dl class="facts">${Object.entries(accelerators).map(
    ([arch, { accelerator, reason }]) =>
      markup`<div><dt>${arch}</dt><dd>QEMU ${host.qemu[arch] ?? 'of unknown version'}, ${accelerator}: ${reason}</dd></div>`,
  )}<div><dt>host</dt><dd>${countOf(host.cpus, 'processor')}, ${host.memoryMiB} MiB</dd></div></dl>`;
}

function renderHealth({ health }: GateRecord): Markup {
  const rows = health.flatMap(({ arch, bootMs, availableKiB, size }) => [
    ...(bootMs === undefined ? [] : [change(arch, 'boot until ready', bootMs, 'ms')]),
    ...(availableKiB === undefined ? [] : [change(arch, 'memory after boot', availableKiB, 'KiB')]),
    ...(size === undefined
      ? []
      : (['text', 'data', 'bss'] as const).map((part) =>
          change(arch, `size of ${part}`, { base: size.base[part], patched: size.patched[part] }, 'bytes'),
        )),
  ]);
  const warnings = health.flatMap(({ arch, newBootWarnings, newBuildWarnings }) => [
    renderLines(`New in the boot log of ${arch}`, newBootWarnings),
    renderLines(`New compiler warnings on ${arch}`, newBuildWarnings),
  ]);
  if (rows.length === 0 && warnings.every((one) => one === nothing)) return nothing;
  if (rows.length === 0) return markup`<h3>Health</h3>${warnings}`;
  const heads = ['arch', 'figure', 'base', 'patched', 'change'];
  const table = renderPlainTable({
    label: 'Figures of both kernels',
    heads,
    rows,
    subject: 1,
    figures: true,
  });
  return markup`<h3>Health</h3>${warnings}
${table}`;
}

function change(
  arch: string,
  name: string,
  { base, patched }: { readonly base: number; readonly patched: number },
  unit: string,
): readonly string[] {
  const by = Math.round(patched - base);
  const changed = by === 0 ? 'none' : `${by > 0 ? '+' : '−'}${grouped(Math.abs(by))} ${unit}`;
  return [arch, name, grouped(base), grouped(patched), changed];
}

/** Thousands apart by a thin space, in whatever language the browser is. */
const grouped = (value: number): string =>
  Math.round(value)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/gu, '\u2009');

function renderLines(title: string, lines: readonly string[]): Markup {
  if (lines.length === 0) return nothing;
  return markup`<h4>${title}</h4><pre class="lines" tabindex="0" role="region" aria-label="${title}">${lines.join('\n')}</pre>`;
}

function renderOtherBuilds({ otherBuilds = [] }: GateRecord): Markup {
  if (otherBuilds.length === 0) return nothing;
  const tones = { builds: 'good', broken: 'bad', 'broken-before': 'odd', 'left-out': 'odd' } as const;
  const table = renderPlainTable({
    label: 'Kernels that were built in other ways',
    heads: ['arch', 'build', 'outcome', ''],
    subject: 1,
    rows: otherBuilds.map(({ arch, name, outcome, problem = '' }) => [
      arch,
      name,
      markup`<span class="tag" data-tone="${tones[outcome]}">${OTHER_BUILD_WORDS[outcome]}</span>`,
      problem === '' ? '' : markup`<pre class="lines">${problem}</pre>`,
    ]),
  });
  return markup`<h3>Also built</h3>${table}`;
}

function renderConfig({ config }: GateRecord): Markup {
  const differing = Object.entries(config).filter(
    ([, { onlyBase, onlyPatched, changed = [] }]) =>
      onlyBase.length + onlyPatched.length + changed.length > 0,
  );
  if (differing.length === 0) return nothing;
  return markup`<h3>Configuration</h3><p>Symbols in which the two kernels differ.</p><ul class="marks">${differing.flatMap(
    ([arch, { onlyBase, onlyPatched, changed = [] }]) => [
      ...onlyBase.map((symbol) => markup`<li>${arch}, base only: <code>${symbol}</code></li>`),
      ...onlyPatched.map((symbol) => markup`<li>${arch}, patched only: <code>${symbol}</code></li>`),
      ...changed.map((symbol) => markup`<li>${arch}: <code>${symbol}</code></li>`),
    ],
  )}</ul>`;
}

function renderSeries({ series, checks, patched, perCommit = [] }: GateRecord): Markup {
  const { patches, notices } = series;
  return markup`<h3>Series</h3>${patched.expected === undefined ? nothing : markup`<p class="explanation">${patched.expected}</p>`}<ol class="patches">${patches.map(({ subject, name }, index) => markup`<li title="${name}">${subject}${renderSteps(perCommit.filter(({ position }) => position === index + 1))}</li>`)}</ol>
${notices.length === 0 ? nothing : markup`<ul class="marks">${notices.map((notice) => markup`<li>${notice}</li>`)}</ul>`}
${checks.map(({ tool, patch, messages }) => renderLines(`${tool}${patch === undefined ? '' : `, ${patch}`}`, messages))}`;
}

type PatchStep = NonNullable<GateRecord['perCommit']>[number];

/** The outcome of each patch on its own, if that was tried. */
function renderSteps(steps: readonly PatchStep[]): Markup {
  return markup`${steps.map(({ arch, outcome, problem }) => {
    const tone = outcome === 'boots' ? 'good' : outcome === 'infra-error' ? 'odd' : 'bad';
    const text = `${arch} ${outcome.replaceAll('-', ' ')}`;
    return markup` <span class="tag" data-tone="${tone}">${text}</span>${problem === undefined ? nothing : markup` <span class="explanation">${problem}</span>`}`;
  })}`;
}

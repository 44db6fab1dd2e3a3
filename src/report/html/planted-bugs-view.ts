import { partPlanted, type LineMutants, type PlantedBug } from '../../mutants/lines/line-mutants-record.ts';
import { describeBounds, describeNotice, summarizeBugs } from '../recorded/planted-bugs.ts';
import { highlightSource } from './highlighted-source.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { renderPlainTable } from './plain-table.ts';

/** The small bugs that were planted in lines that ran: first those that nothing noticed. */
export function renderPlantedBugsView(mutants: LineMutants): Markup {
  const { noticed, unnoticed } = partPlanted(mutants);
  const rows = [...unnoticed, ...noticed].map((bug) => [
    markup`<code>${bug.path}:${bug.line}</code>${bug.function === undefined ? nothing : markup` ${bug.function}()`}`,
    bug.bug,
    renderDiff(bug),
    renderNotice(bug),
  ]);
  const heads = ['line', 'bug', 'planted', 'noticed by'];
  return markup`<h3>Planted bugs</h3>
<p class="figure">${summarizeBugs(mutants)}. <span class="explanation">${describeBounds(mutants)}</span></p>
${rows.length === 0 ? nothing : renderPlainTable({ label: 'Small bugs planted in added lines that ran', heads, rows })}`;
}

function renderDiff({ path, before, after }: PlantedBug): Markup {
  const side = (sign: string, tone: string, lines: readonly string[]) =>
    highlightSource(path, lines).map(
      (line) => markup`<span class="planted" data-tone="${tone}">${sign} ${line}</span>`,
    );
  return markup`<code class="planted-diff">${side('-', 'bad', before)}${side('+', 'good', after)}</code>`;
}

function renderNotice(bug: PlantedBug): Markup {
  const { noticed } = bug;
  if (noticed === undefined) return markup`<span class="tag" data-tone="odd">${describeNotice(bug)}</span>`;
  const problem =
    noticed.problem === undefined ? nothing : markup` <span class="explanation">${noticed.problem}</span>`;
  return markup`${describeNotice(bug)}${problem}`;
}

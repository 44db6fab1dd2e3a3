import { meetsFloor } from './measurement.ts';
import type { FigureRecord } from './record.ts';

/** Figures and ratios as tables of Markdown. */
export function renderFigures({
  date,
  machine,
  qemu,
  commit,
  rounds,
  figures,
  ratios,
}: FigureRecord): string {
  return [
    `${machine}, ${qemu}, ${date}, at ${commit}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
    '',
    '| figure | median | least to most | floor |',
    '| --- | --- | --- | --- |',
    ...figures.map(renderFigure),
    '',
    '| ratio | |',
    '| --- | --- |',
    ...ratios.map(({ name, value }) => `| ${name} | ${value} |`),
    '',
  ].join('\n');
}

function renderFigure(figure: FigureRecord['figures'][number]): string {
  const { name, unit, value, samples, floor } = figure;
  const { floor: _, ...rest } = figure;
  const met = meetsFloor(floor === undefined ? rest : { ...rest, floor });
  const wanted = floor === undefined ? '' : `${floor} ${unit}${met === true ? '' : ': **missed**'}`;
  const spread = samples.length > 1 ? `${Math.min(...samples)} to ${Math.max(...samples)}` : '';
  return `| ${name} | ${value} ${unit} | ${spread} | ${wanted} |`;
}

/** One horizontal bar, of parts one behind the other. */
export interface Bar {
  readonly label: string;
  /** As many as there are parts in the plot. */
  readonly values: readonly number[];
  /** What stands behind the bar. */
  readonly note?: string;
}

export interface Plot {
  readonly title: string;
  /** What a part of a bar is; at most four. */
  readonly parts: readonly string[];
  readonly bars: readonly Bar[];
  /** Below the axis. */
  readonly unit: string;
}

const WIDTH = 820;
const LEFT = 60;
const RIGHT = 130;
const ROW = 26;
const TOP = 70;
const BOTTOM = 44;

/** Light on dark and dark on light, told apart by brightness as well as by hue. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .grid { stroke: #d1d9e0 }
  .p0 { fill: #0b5cad } .p1 { fill: #57a5ec } .p2 { fill: #b35900 } .p3 { fill: #f0b35c }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .grid { stroke: #3d444d }
    .p0 { fill: #2f81f7 } .p1 { fill: #a5d3ff } .p2 { fill: #e08a2e } .p3 { fill: #ffd9a0 }
  }`;

/** Draws bars as SVG, with no background of its own: it fits a light page and a dark one. */
export function renderPlot({ title, parts, bars, unit }: Plot): string {
  const height = TOP + bars.length * ROW + BOTTOM;
  const totals = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const step = niceStep(Math.max(...totals, 1));
  const most = Math.ceil(Math.max(...totals, 1) / step) * step;
  const x = (value: number) => LEFT + (value / most) * (WIDTH - LEFT - RIGHT);
  const ticks = Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="8" y="22">${escape(title)}</text>`,
    ...renderLegend(parts),
    ...ticks.map((tick) => renderTick(tick, x(tick), height)),
    ...bars.flatMap((bar, row) => renderBar(bar, TOP + row * ROW, x)),
    `<text x="${LEFT}" y="${height - 8}">${escape(unit)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function renderLegend(parts: readonly string[]): string[] {
  const width = (WIDTH - 16) / Math.max(parts.length, 1);
  return parts.flatMap((part, index) => [
    `<rect class="p${index}" x="${8 + index * width}" y="36" width="12" height="12"/>`,
    `<text x="${26 + index * width}" y="47">${escape(part)}</text>`,
  ]);
}

function renderTick(tick: number, at: number, height: number): string {
  const bottom = height - BOTTOM;
  return (
    `<line class="grid" x1="${round(at)}" x2="${round(at)}" y1="${TOP - 6}" y2="${bottom}"/>` +
    `<text x="${round(at)}" y="${bottom + 16}" text-anchor="middle">${formatNumber(tick)}</text>`
  );
}

function renderBar({ label, values, note }: Bar, top: number, x: (value: number) => number): string[] {
  let sum = 0;
  const rects = values.map((value, index) => {
    const [from, to] = [x(sum), x(sum + value)];
    sum += value;
    return `<rect class="p${index}" x="${round(from)}" y="${top}" width="${round(to - from)}" height="${ROW - 8}"/>`;
  });
  return [
    `<text x="${LEFT - 8}" y="${top + 14}" text-anchor="end">${escape(label)}</text>`,
    ...rects,
    `<text x="${round(x(sum) + 6)}" y="${top + 14}">${escape(note ?? formatNumber(sum))}</text>`,
  ];
}

/** A step that gives four to ten ticks. */
function niceStep(most: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(most));
  return [0.1, 0.2, 0.5, 1].map((part) => part * magnitude).find((step) => most / step <= 8) ?? magnitude;
}

const formatNumber = (value: number): string => String(Math.round(value * 100) / 100);
const round = (value: number): string => value.toFixed(1);
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

import type { GateRecord } from '../../gate/gate-record.ts';
import { plainLine } from '../../util/plain-text.ts';
import type { Palette } from '../text/palette.ts';

type Health = GateRecord['health'][number];

/** A gate's findings on the two kernels apart from their cases, a few lines per architecture. */
export function renderHealth({ health, config, checks }: GateRecord, palette: Palette): string[] {
  const kernels = health.flatMap((one) => [
    `${one.arch.padEnd(8)} ${[...sizeWords(one), ...memoryWords(one), ...bootWords(one)].join(', ')}`,
    ...(config[one.arch]?.onlyPatched ?? []).map((symbol) => `         config, new: CONFIG_${symbol}`),
    ...(config[one.arch]?.onlyBase ?? []).map((symbol) => `         config, gone: CONFIG_${symbol}`),
    ...(config[one.arch]?.changed ?? []).map((symbol) => `         config, changed: CONFIG_${symbol}`),
    ...one.newBootWarnings.map((line) => `         ${palette.bad('boot warns')}: ${plainLine(line)}`),
    ...one.newBuildWarnings.map((line) => `         ${palette.odd('compiler warns')}: ${plainLine(line)}`),
  ]);
  const remarks = checks.flatMap(({ tool, patch, messages }) =>
    messages.map(
      (message) =>
        `${palette.odd(tool)}${patch === undefined ? '' : ` ${plainLine(patch)}`}: ${plainLine(message)}`,
    ),
  );
  const lines = [...kernels, ...remarks];
  return lines.length === 0
    ? []
    : [[palette.strong('Kernels'), ...lines.map((line) => `  ${line}`)].join('\n')];
}

function sizeWords({ size }: Health): string[] {
  if (size === undefined) return [];
  const { base, patched } = size;
  const parts = (['text', 'data', 'bss'] as const)
    .map((part) => ({ part, change: patched[part] - base[part] }))
    .filter(({ change }) => change !== 0)
    .map(({ part, change }) => `${part} ${signed(change)} bytes`);
  return parts.length === 0 ? ['same size'] : parts;
}

function memoryWords({ availableKiB }: Health): string[] {
  if (availableKiB === undefined) return [];
  return [`memory after boot ${signed(availableKiB.patched - availableKiB.base)} KiB`];
}

/** From one boot each, at different times: good for seconds, not for milliseconds. */
function bootWords({ bootMs }: Health): string[] {
  if (bootMs === undefined) return [];
  return [`boot ${seconds(bootMs.patched)} (base ${seconds(bootMs.base)})`];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const signed = (change: number): string => (change > 0 ? `+${change}` : change < 0 ? `−${-change}` : '±0');

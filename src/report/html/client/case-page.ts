import type {
  ArchDetails,
  CaseDetails,
  FrameDetails,
  RepeatDetails,
  SideDetails,
  SplatDetails,
  StackDetails,
} from '../case-details.ts';
import type { StyledLine } from '../../../console/screen/styled-screen.ts';
import { element } from './elements.ts';
import { renderObservations } from './observations.ts';
import { renderStyledLines } from './styled-lines.ts';

/** The page of one case: each architecture, with its kernels side by side. */
export function renderCase(details: CaseDetails): Node[] {
  const { about, program, location, arches } = details;
  return [
    element('p', { class: 'case-about' }, about),
    element(
      'p',
      { class: 'case-source' },
      'spec ',
      element('code', {}, location),
      ' · program ',
      element('code', {}, program),
    ),
    ...arches.map((arch) => renderArch(arch)),
  ];
}

function renderArch({ arch, class: kind, note, again, sides }: ArchDetails): HTMLElement {
  const title = `arch-${arch}`;
  return element(
    'section',
    { class: 'arch-section', 'aria-labelledby': title },
    element(
      'h3',
      { id: title },
      arch,
      kind === undefined ? undefined : element('span', { class: 'tag', 'data-tone': kind.tone }, kind.title),
    ),
    note === undefined ? undefined : element('p', { class: 'note' }, note),
    renderObservations(
      sides.map(({ kernel, role, repeats }) => ({ kernel, role, repeat: worthSeeing(repeats) })),
      arch,
    ),
    element('div', { class: 'sides' }, ...sides.map((side) => renderSide(side, arch))),
    again === undefined ? undefined : renderAgain(again),
  );
}

/** The first repeat that did not pass, else the first. */
function worthSeeing(repeats: readonly RepeatDetails[]): RepeatDetails | undefined {
  return repeats.find(({ outcome }) => outcome !== 'passed') ?? repeats[0];
}

function renderSide({ kernel, role, repeats }: SideDetails, arch: string): HTMLElement {
  const chosen = worthSeeing(repeats);
  const body = element('div', { class: 'side-body' });
  const show = (repeat: RepeatDetails | undefined) =>
    body.replaceChildren(...(repeat === undefined ? [] : renderRepeat(repeat, `${kernel} on ${arch}`)));
  show(chosen);
  return element(
    'article',
    { class: 'side', 'data-role': role },
    element('h4', {}, element('span', { class: 'role' }, role), ' ', kernel),
    repeats.length > 1 ? renderRepeatChoice(repeats, chosen, show) : undefined,
    body,
  );
}

function renderRepeatChoice(
  repeats: readonly RepeatDetails[],
  chosen: RepeatDetails | undefined,
  show: (repeat: RepeatDetails) => void,
): HTMLElement {
  const buttons = repeats.map((repeat) => {
    const button = element(
      'button',
      { type: 'button', class: `o-${repeat.outcome}`, 'aria-pressed': String(repeat === chosen) },
      `${repeat.repeat} ${repeat.outcome}`,
    );
    button.addEventListener('click', () => {
      for (const one of buttons) one.setAttribute('aria-pressed', String(one === button));
      show(repeat);
    });
    return button;
  });
  return element('div', { class: 'repeats', role: 'group', 'aria-label': 'Repeats' }, ...buttons);
}

function renderRepeat(details: RepeatDetails, where: string): Node[] {
  const { outcome, ms, attempts, accelerator, problems, splat, known, allowed, skipReason, again } = details;
  const { stacks = [], outputs = [] } = details;
  const retried = attempts > 1 ? `, attempt ${attempts}` : '';
  const parts: (Node | undefined)[] = [
    element(
      'p',
      { class: 'ended' },
      element('span', { class: `o-${outcome}` }, element('span', {}, outcome)),
      ` after ${Math.round(ms)} ms${accelerator === undefined ? '' : ` under ${accelerator}`}${retried}`,
    ),
    skipReason === undefined ? undefined : element('p', { class: 'note' }, skipReason),
    known === undefined ? undefined : element('p', { class: 'note' }, known),
    problems.length === 0
      ? undefined
      : element('ul', { class: 'problems' }, ...problems.map((one) => element('li', {}, one))),
    allowed.length === 0
      ? undefined
      : element('ul', { class: 'marks' }, ...allowed.map((one) => element('li', {}, `Allowed: ${one}`))),
    ...(splat === undefined ? [] : renderSplat(splat, where)),
    ...stacks.flatMap((stack) => renderHangStack(stack, where)),
    ...outputs.map(({ name, lines }) =>
      folded(`Program’s ${name}`, `Program’s ${name} on ${where}`, lines, true),
    ),
    renderConsole(details, where),
    again === undefined ? undefined : renderAgain(again),
  ];
  return parts.filter((part) => part !== undefined);
}

function renderSplat({ title, lines, blame, frames }: SplatDetails, where: string): (Node | undefined)[] {
  return [
    blame === undefined ? undefined : element('p', { class: 'blame' }, blame),
    renderFrames(frames, `Stack on ${where}`),
    folded(`Splat: ${title}`, `Splat of ${where}`, lines.map(plainLine), true),
  ];
}

function renderHangStack({ of, frames }: StackDetails, where: string): (Node | undefined)[] {
  return [
    element('p', {}, `${of}${frames.length === 0 ? '.' : ':'}`),
    renderFrames(frames, `${of}, on ${where}`),
  ];
}

function renderFrames(frames: readonly FrameDetails[], label: string): Node | undefined {
  if (frames.length === 0) return undefined;
  const items = frames.map(({ function: name, place }) =>
    element('li', {}, element('code', {}, name), ' ', element('span', {}, place)),
  );
  return element('ol', { class: 'stack', 'aria-label': label }, ...items);
}

function renderConsole({ console: shown, splat, outcome }: RepeatDetails, where: string): Node | undefined {
  if (shown === undefined) return undefined;
  const { lines, left, path } = shown;
  const open = splat === undefined && outcome !== 'passed' && outcome !== 'skipped';
  const made = folded(`Console, ${lines.length} lines`, `Console of ${where}`, lines, open);
  const whole = left === 0 ? 'The log is' : `${left} lines before these are left out; the whole log is`;
  made.append(
    element('p', { class: 'note' }, `${whole} `, element('code', {}, path), ' in the run’s folder.'),
  );
  return made;
}

const plainLine = (line: string): StyledLine => [{ text: line }];

function folded(
  title: string,
  label: string,
  lines: readonly StyledLine[],
  open: boolean,
): HTMLDetailsElement {
  const screen = element('pre', { class: 'terminal', tabindex: '0', role: 'region', 'aria-label': label });
  screen.append(renderStyledLines(lines));
  const made = element('details', { class: 'folded' }, element('summary', {}, title), screen);
  made.open = open;
  return made;
}

function renderAgain(command: string): HTMLElement {
  const button = element('button', { type: 'button' }, 'Copy');
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(command).then(
      () => button.replaceChildren('Copied'),
      () => button.replaceChildren('Select and copy it'),
    );
  });
  return element(
    'div',
    { class: 'again' },
    element('span', {}, 'Again'),
    element('code', { tabindex: '0' }, command),
    button,
  );
}

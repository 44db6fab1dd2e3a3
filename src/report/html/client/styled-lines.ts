import type { StyledLine, StyledText, TerminalColour } from '../../../console/screen/styled-screen.ts';
import { element } from './elements.ts';

const LEVELS = [0, 95, 135, 175, 215, 255];

/** Lines of a terminal, with their colours. */
export function renderStyledLines(lines: readonly StyledLine[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const line of lines) {
    for (const piece of line) fragment.append(renderPiece(piece));
    fragment.append('\n');
  }
  return fragment;
}

function renderPiece({ text, style }: StyledText): Node {
  if (style === undefined) return document.createTextNode(text);
  const { foreground, background, ...flags } = style;
  const classes = Object.keys(flags).map((flag) => `t-${flag}`);
  const made = element('span', { class: classes.join(' ') }, text);
  if (foreground !== undefined) made.style.color = cssColour(foreground);
  if (background !== undefined) made.style.backgroundColor = cssColour(background);
  return made;
}

/** The first 16 are up to the page; the others are the same on every terminal. */
function cssColour(colour: TerminalColour): string {
  if (typeof colour === 'string') return /^#[\da-f]{6}$/u.test(colour) ? colour : 'inherit';
  if (colour < 16) return `var(--t${colour})`;
  if (colour >= 232) {
    const grey = 8 + (colour - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const cube = colour - 16;
  const [red, green, blue] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `rgb(${LEVELS[red] ?? 0} ${LEVELS[green] ?? 0} ${LEVELS[blue] ?? 0})`;
}

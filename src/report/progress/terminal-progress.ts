import type { KgateEvent } from '../../events.ts';
import type { Palette } from '../text/palette.ts';
import { plainText } from '../../util/plain-text.ts';
import { advance, NOTHING_YET, type ProgressState } from './progress-state.ts';
import { describeBuild, describeFuzzing, describeMutants, describeProgress } from './progress-text.ts';

/** The area at the bottom of a terminal that is redrawn again and again; log-update fits. */
export interface RedrawnArea {
  /** Replaces what the area shows. */
  draw(text: string): void;
  /** Prints lines above the area, for good. */
  print(text: string): void;
  /** Empties the area. */
  clear(): void;
}

const REDRAW_MS = 100;
const BAR_WIDTH = 24;

/** Progress on a terminal: one line for each kernel being built and each running guest, and the counts. */
export class TerminalProgress implements Disposable {
  #state: ProgressState = NOTHING_YET;
  #changed = false;
  readonly #area: RedrawnArea;
  readonly #palette: Palette;
  readonly #timer: NodeJS.Timeout;

  constructor(area: RedrawnArea, palette: Palette) {
    this.#area = area;
    this.#palette = palette;
    this.#timer = setInterval(() => this.#redraw(), REDRAW_MS);
    this.#timer.unref();
  }

  readonly sink = (event: KgateEvent): void => {
    this.#state = advance(this.#state, event);
    this.#changed = true;
    if (event.type === 'noticed')
      this.#area.print(`${this.#palette.odd('notice')}  ${plainText(event.message)}`);
    if (event.type === 'run-finished') this.#area.clear();
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#area.clear();
  }

  #redraw(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#area.draw(renderProgress(this.#state, this.#palette).join('\n'));
  }
}

/** The lines of the area. */
export function renderProgress(state: ProgressState, palette: Palette): string[] {
  const builds = [...state.builds].map(([subject, progress]) => {
    const filled = Math.round((progress.part ?? 0) * BAR_WIDTH);
    const bar = progress.part === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} `;
    return `kernel  ${palette.strong(subject)}  ${bar}${describeBuild(progress)}`;
  });
  const guests = state.running.map((title) => `guest   ${palette.quiet(title)}`);
  return [
    ...builds,
    ...guests,
    ...(state.planned > 0 ? [`cases   ${describeProgress(state)}`] : []),
    ...(state.fuzz === undefined ? [] : [`fuzz    ${describeFuzzing(state.fuzz)}`]),
    ...(state.mutants === undefined ? [] : [`mutants ${describeMutants(state.mutants)}`]),
  ];
}

import { byId } from './elements.ts';
import { clearFilters, shownLinks } from './filter.ts';
import { switchTheme } from './switch-theme.ts';
import { goToNeighbour, goToView, leaveCase } from './views.ts';

const keysDialog = byId('keys') as HTMLDialogElement;
const searchField = byId('search') as HTMLInputElement;

const VIEWS: Readonly<Record<string, string>> = {
  '1': 'cases',
  '2': 'coverage',
  '3': 'kernels',
  '4': 'timeline',
};

/** Makes the whole page usable without a pointer. */
export function startKeyboard(): void {
  document.addEventListener('keydown', onKey);
  byId('help').addEventListener('click', () => keysDialog.showModal());
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || keysDialog.open) return;
  if (event.key === 'Escape') {
    onEscape();
    return;
  }
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (typing) {
    if (event.target === searchField && (event.key === 'Enter' || event.key === 'ArrowDown'))
      take(event, () => shownLinks()[0]?.focus());
    return;
  }
  const view = VIEWS[event.key];
  if (view !== undefined) take(event, () => goToView(view));
  else if (event.key === '/') take(event, () => goToSearch());
  else if (event.key === '?') take(event, () => keysDialog.showModal());
  else if (event.key === 't') take(event, () => switchTheme());
  else if (event.key === 'j') take(event, () => moveFocus(1));
  else if (event.key === 'k') take(event, () => moveFocus(-1));
  else if (event.key === 'n') take(event, () => goToNeighbour(1));
  else if (event.key === 'p') take(event, () => goToNeighbour(-1));
}

function take(event: Event, act: () => unknown): void {
  event.preventDefault();
  act();
}

function onEscape(): void {
  if (leaveCase()) return;
  if (clearFilters() || document.activeElement === searchField) searchField.blur();
}

function goToSearch(): void {
  goToView('cases');
  // The view appears once the change of address has been handled.
  setTimeout(() => {
    searchField.focus();
    searchField.select();
  });
}

function moveFocus(step: number): void {
  if (goToNeighbour(step)) return;
  const links = shownLinks();
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next]?.focus();
  links[next]?.scrollIntoView({ block: 'nearest' });
}

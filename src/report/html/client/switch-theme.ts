import { byId } from './elements.ts';

const themeButton = byId('theme');
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Makes the theme button work. */
export function startTheme(): void {
  themeButton.addEventListener('click', switchTheme);
  systemIsDark.addEventListener('change', nameTheme);
  nameTheme();
}

/** Changes from light to dark or back, and remembers it. */
export function switchTheme(): void {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem('kgate-theme', theme);
  } catch {
    // A page from a file may be denied storage: the choice then lasts as long as the page.
  }
  nameTheme();
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === undefined ? systemIsDark.matches : chosen === 'dark';
}

function nameTheme(): void {
  themeButton.textContent = isDark() ? 'Light' : 'Dark';
}

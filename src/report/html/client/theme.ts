const THEME_KEY = 'kgate-theme';

/** Shows the page in the theme its reader chose before, else the system's. */
function restoreTheme(): void {
  const theme = readTheme();
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
}

/** A page from a file may be denied storage. */
function readTheme(): string | null {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return null;
  }
}

restoreTheme();
document.documentElement.classList.add('scripted');

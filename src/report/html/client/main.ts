import { startCoverage } from './coverage.ts';
import { startFilters } from './filter.ts';
import { startKeyboard } from './keyboard.ts';
import { startTheme } from './switch-theme.ts';
import { startTimeline } from './timeline.ts';
import { startViews } from './views.ts';

startTheme();
startFilters();
startViews();
startKeyboard();
startTimeline();
startCoverage();
document.documentElement.classList.add('ready');

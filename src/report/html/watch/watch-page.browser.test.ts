import anyTest from 'ava';
import { shareBrowser, showReport } from '../../../../fixtures/report/browser.ts';
import { DATE, watchedCommit } from '../../../../fixtures/watch/commits.ts';
import { judgeHistory } from '../../../watch/judge-history.ts';
import { renderWatchPage } from './watch-page.ts';

/** One after the other: all share the browser. */
const test = anyTest.serial;

const browser = shareBrowser(anyTest);
const history = judgeHistory([
  watchedCommit('b'.repeat(40), '<script>alert(1)</script>', {
    'mremap › shrink (x86_64)': 'failed',
    'mremap › grow (x86_64)': 'passed',
  }),
  watchedCommit('a'.repeat(40), 'Fine', {
    'mremap › shrink (x86_64)': 'passed',
    'mremap › grow (x86_64)': 'passed',
  }),
]);

const page = { what: 'topic of /tree', kernel: 'linux', history, written: DATE };

test('commits, what broke and since when, and how each spec did, with nothing that the page may not do', async (t) => {
  const html = await renderWatchPage(page);
  await using shown = await showReport(browser(), html, { javaScriptEnabled: false });
  const sections = await shown.page.locator('h2').allTextContents();
  t.deepEqual(sections, ['Wrong now', 'Commits', 'Tests that changed', 'All tests']);
  const rowsOf = (id: string) => shown.page.locator(`section[aria-labelledby="${id}"] tbody tr`);
  t.is(await rowsOf('commits').count(), 2);
  t.true(await rowsOf('commits').first().getByText('<script>alert(1)</script>').isVisible());
  t.regex((await rowsOf('failures').allTextContents()).join(' '), /shrink.*failed.*bbbbbbbbbbbb/su);
  t.deepEqual(await rowsOf('specs').first().locator('td').allTextContents(), ['1 of 2', '2 of 2']);
  t.is(await rowsOf('changing').count(), 1);
  t.deepEqual(shown.complaints, []);
});

test('the page of a watch that waits asks for itself again', async (t) => {
  t.notRegex(await renderWatchPage(page), /http-equiv="refresh"/u);
  t.regex(await renderWatchPage({ ...page, refreshSeconds: 30 }), /http-equiv="refresh" content="30"/u);
});

test('on a narrow page nothing reaches beyond it', async (t) => {
  await using shown = await showReport(browser(), await renderWatchPage(page), {
    javaScriptEnabled: false,
    viewport: { width: 360, height: 800 },
  });
  const width = await shown.page.locator('body').evaluate('document.documentElement.scrollWidth');
  t.is(width, 360);
});

import test from 'ava';
import { HOSTILE_PAGE } from '../../../fixtures/report/hostile-page.ts';
import { createHostileMutants, createLineMutants } from '../../../fixtures/report/planted-bugs.ts';
import { renderPlantedBugsView } from './planted-bugs-view.ts';

test('each bug is a row, first those that nothing noticed', (t) => {
  const { text } = renderPlantedBugsView(createLineMutants());
  const rows = [...text.matchAll(/<tr><th scope="row">.*?<\/tr>/gsu)].map(([row]) => row);
  t.is(rows.length, 2);
  t.regex(rows[0] ?? '', /mm\/mremap\.c:911<\/code> vma_to_resize\(\).*off by one.*by none of 31 cases/su);
  t.regex(rows[0] ?? '', /data-tone="bad">- .*data-tone="good">\+ /su);
  t.regex(rows[1] ?? '', /mremap › grow: failed.*expected none, seen EINVAL/su);
});

test('what a series or a guest says is text', (t) => {
  const { text } = renderPlantedBugsView(createHostileMutants(HOSTILE_PAGE));
  t.notRegex(text, /<script|<img|<!--/u);
});

test('where no bug was planted there is no table', (t) => {
  const { text } = renderPlantedBugsView(createLineMutants({ planted: [] }));
  t.notRegex(text, /<table/u);
  t.regex(text, /No small bug was planted/u);
});

import { readFile } from 'node:fs/promises';
import test from 'ava';
import { execa } from 'execa';
import { MAN_PAGE, writtenManPage } from '../../../scripts/man/written-man-page.ts';

test('the manual page is what "npm run man" writes from the helps', async (t) => {
  t.is(await readFile(MAN_PAGE, 'utf8'), await writtenManPage());
});

test('the manual page has every command, its options and its exit codes', async (t) => {
  const { stdout } = await execa('mandoc', ['-T', 'utf8', MAN_PAGE]);
  const text = stripOverstrikes(stdout);
  t.regex(text, /kgate run\n[\s\S]*--last-failed[\s\S]*kgate gate\n/u);
  t.regex(text, /kgate completion \[options\] <shell>/u);
  t.is(text.match(/Exit codes:/gu)?.length, 24);
});

test('the manual page has no error that mandoc knows of', async (t) => {
  const { all } = await execa('mandoc', ['-T', 'lint', '-W', 'error', MAN_PAGE], {
    all: true,
    reject: false,
  });
  t.is(all, '');
});

/** Bold is a character, a backspace and the character again. */
function stripOverstrikes(text: string): string {
  return text.replaceAll(new RegExp(`.${String.fromCodePoint(8)}`, 'gu'), '');
}

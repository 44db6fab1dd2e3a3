import test from 'ava';
import { parseConsoleLine } from './line.ts';

/** What consoles, vendors and hosts put before a kernel's text. */
const PREFIXES = [
  '<4>',
  '<4> ',
  '[   12.345678] ',
  '<4>[   12.345678] ',
  '[   12.345678][  T123] ',
  '[   12.345678@3] ',
  '[   12.345678,3] ',
  '[   12.345678] [4:     loader:  825] ',
  '[   12.345678]  [4:     loader:  825] ',
  '[   12.345678] -(4)[825:loader]',
  '<4>[   12.345678]  (4)[825:loader]',
  '[   12.345678] c4   825 (loader) ',
  '[   12.345678] board kernel: ',
  'Nov 23 11:28:19 board kernel: ',
  'Nov 23 11:28:19.123456 board kernel: [   12.345678] ',
  'Nov 23 11:28:19 ',
  'Mon 2026-11-23 11:28:19 CET board kernel: ',
  '2026-11-23T11:28:19+0100 board kernel: ',
  '2026-11-23T11:28:19,123456+01:00 ',
  '<4>1 2026-11-23T11:28:19Z board kernel - - - ',
  '[Mon Nov 23 11:28:19 2026] ',
  'kern  :warn  : [   12.345678] ',
  'kern  :warn  : [Mon Nov 23 11:28:19 2026] ',
  '[12.345678 0.000123] ',
  '[12.345678 0.000123] [   12.345678] ',
  '11-23 11:28:19.123     0     0 W         : ',
  '[11:28:19.123] ',
  '4,567,12345678,-;',
  '4,567,12345678,-,caller=T123;',
];

for (const prefix of PREFIXES) {
  test(`${JSON.stringify(prefix.replaceAll(' ', '_'))} is no part of what a kernel said`, (t) => {
    t.is(parseConsoleLine(`${prefix}kernel BUG at mm/x.c:1!`).text, 'kernel BUG at mm/x.c:1!');
    t.is(parseConsoleLine(`${prefix}kernel BUG at mm/x.c:1!\r\r`).text, 'kernel BUG at mm/x.c:1!');
  });
}

test('the frames of a stack stay indented behind a level', (t) => {
  t.is(parseConsoleLine('<4> [<ffffffff80212345>] f+0x1/0x2').text, ' [<ffffffff80212345>] f+0x1/0x2');
  t.is(parseConsoleLine('<4> <TASK>').text, ' <TASK>');
});

test('text that looks like a vendor’s prefix and is none stays', (t) => {
  for (const text of ['(detected by 1, t=802 jiffies)', 'c0ffee is a word', '[mm] is a tag', '-- end --'])
    t.is(parseConsoleLine(`[   12.345678] ${text}`).text, text);
});

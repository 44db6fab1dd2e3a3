import test from 'ava';
import { parseFrameLine } from './stack-frame.ts';

const AT = { offset: 0x1e, size: 0x60 };

/** Lines of call traces as architectures, releases and scripts print them. */
const LINES: readonly (readonly [line: string, frames: readonly object[], guess?: boolean])[] = [
  [' f+0x1e/0x60', [{ symbol: 'f', ...AT }]],
  [' ? f.isra.0+0x1e/0x60 [mod]', [{ symbol: 'f.isra.0', ...AT, module: 'mod' }], true],
  [' [<ffffffff81234567>] f+0x1e/0x60', [{ symbol: 'f', ...AT }]],
  [' <IRQ>  [<ffffffff81234567>] f+0x1e/0x60', [{ symbol: 'f', ...AT }]],
  ['[<80a12345>] f+0x1e/0x60', [{ symbol: 'f', ...AT }]],
  ['([<0000000000a12345>] f+0x1e/0x60)', [{ symbol: 'f', ...AT }]],
  ['[c00000000a2b3c10] [c000000000212345] f+0x1e/0x60', [{ symbol: 'f', ...AT }]],
  ['[c00000000a2b3c10] [c000000000212345] .f+0x1e/0x60 (unreliable)', [{ symbol: 'f', ...AT }], true],
  [
    ' f [mod] from g+0x1e/0x60',
    [
      { symbol: 'f', module: 'mod' },
      { symbol: 'g', ...AT },
    ],
  ],
  ['[<c0012345>] (f) from [<c0012346>] (g+0x1e/0x60)', [{ symbol: 'f' }, { symbol: 'g', ...AT }]],
  [
    '[<c0012345>] (f [mod]) from [<c0012346>] (g+0x1e/0x60)',
    [
      { symbol: 'f', module: 'mod' },
      { symbol: 'g', ...AT },
    ],
  ],
  ['f (mm/f.c:12)', [{ symbol: 'f' }]],
  ['? f (mm/f.c:12 (discriminator 3)) [mod]', [{ symbol: 'f', module: 'mod' }], true],
  ['f (include/linux/a.h:3 (discriminator 1) mm/f.c:12)', [{ symbol: 'f' }]],
  ['f (??:?)', [{ symbol: 'f' }]],
  ['f from g (mm/g.c:12)', [{ symbol: 'f' }, { symbol: 'g' }]],
];

for (const [line, frames, guess = false] of LINES) {
  test(`"${line}" holds ${frames.length === 1 ? 'a frame' : 'a caller and its callee'}`, (t) => {
    t.deepEqual(parseFrameLine(line), { frames, guess });
  });
}

test('other lines of a trace hold none', (t) => {
  for (const line of [
    'Call Trace:',
    ' <TASK>',
    ' 0xffffffffc0001234',
    'RIP: 0033:0x439640',
    ' f mm/f.c:12 [inline]',
    'a word (in brackets)',
  ])
    t.is(parseFrameLine(line), undefined, line);
});

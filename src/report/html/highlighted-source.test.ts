import test from 'ava';
import { highlightSource } from './highlighted-source.ts';

const highlight = (path: string, ...lines: readonly string[]): string[] =>
  highlightSource(path, lines).map(({ text }) => text);

const comment = (text: string): string => `<span class="c-comment">${text}</span>`;

test('words of C, comments, strings and numbers are told apart', (t) => {
  t.deepEqual(highlight('mm/clone.c', '\tif (len > 0x10) return "a"; /* why */'), [
    '\t<span class="c-keyword">if</span> (len &gt; <span class="c-number">0x10</span>) <span class="c-keyword">return</span> <span class="c-string">&quot;a&quot;</span>; <span class="c-comment">/* why */</span>',
  ]);
});

test('pointers are no words, and types of the kernel are', (t) => {
  t.deepEqual(highlight('mm/clone.h', 'static inline u64 *f(&a);'), [
    '<span class="c-keyword">static</span> <span class="c-keyword">inline</span> <span class="c-keyword">u64</span> *f(&amp;a);',
  ]);
});

test('a comment over several lines is one on each, and so is one that begins before the first', (t) => {
  t.deepEqual(highlight('a.c', '/*', ' * if', ' */', 'x;'), [
    comment('/*'),
    comment(' * if'),
    comment(' */'),
    'x;',
  ]);
  t.deepEqual(highlight('a.c', ' * if', '', ' */', 'x; /* y */'), [
    comment(' * if'),
    '',
    comment(' */'),
    `x; ${comment('/* y */')}`,
  ]);
});

test('there are as many lines as before, whatever is in them', (t) => {
  const lines = ['"open', "'", '#define X \\', '/* never', '\\', '', '*', '`'];
  t.is(highlight('a.c', ...lines).length, lines.length);
  t.deepEqual(highlight('a.c', ''), ['']);
});

test('what a file says is text, and files that are not C are left as they are', (t) => {
  t.deepEqual(highlight('a.c', '// <script>'), ['<span class="c-comment">// &lt;script&gt;</span>']);
  t.deepEqual(highlight('mm/Kconfig', 'if <b>'), ['if &lt;b&gt;']);
});

import test from 'ava';
import { collectionsFor } from './collections-for.ts';

const TEXT = `FIRST
S:	Maintained
F:	mm/
F:	tools/testing/selftests/mm/
F:	tools/testing/selftests/net/one.sh
F:	tools/testing/selftests/*/lists.c

SECOND
S:	Maintained
F:	mm/mmap.c
F:	kernel/
F:	tools/testing/selftests/mm/
F:	tools/testing/selftests/futex/functional

THE REST
F:	*
F:	*/
F:	tools/testing/selftests/everything/
`;

test('names the folders of selftests that entries about the files list, each once', (t) => {
  t.deepEqual(collectionsFor(['mm/mmap.c', 'mm/mremap.c'], TEXT), ['mm', 'futex/functional']);
  t.deepEqual(collectionsFor(['mm/mremap.c'], TEXT), ['mm']);
});

test('names none for files that only an entry about everything is about, or without the file', (t) => {
  t.deepEqual(collectionsFor(['fs/open.c'], TEXT), []);
  t.deepEqual(collectionsFor(['mm/mmap.c'], ''), []);
});

import test from 'ava';
import { isAbout, parseMaintainers } from './maintainers.ts';

const TEXT = `List of maintainers
===================

	M: *Mail* patches to: FullName <address@domain>
	F: *Files* and directories

Maintainers List
----------------

MAPPED THINGS
M:	Somebody <somebody@example.org>
L:	linux-mm@example.org
S:	Maintained
F:	mm/mapped.c
F:	mm/mapped/
F:	include/linux/mapped*
F:	tools/testing/selftests/mapped/
X:	mm/mapped/old.c
K:	mapped_

NAMED THINGS
S:	Orphan
F:	drivers/named
F:	*/named/*
N:	[^a-z]named[^a-z]
N:	(?#odd

DEEP THINGS
S:	Maintained
F:	fs/**/*deep*.c

THE REST
M:	Somebody Else <else@example.org>
F:	*
F:	*/
`;

const PARTS = parseMaintainers(TEXT);
const about = (path: string) => PARTS.filter((part) => isAbout(part, path)).map(({ title }) => title);

test('reads entries, and not what explains them', (t) => {
  t.deepEqual(
    PARTS.map(({ title }) => title),
    ['MAPPED THINGS', 'NAMED THINGS', 'DEEP THINGS', 'THE REST'],
  );
  t.deepEqual(PARTS[0]?.files, [
    'mm/mapped.c',
    'mm/mapped/',
    'include/linux/mapped*',
    'tools/testing/selftests/mapped/',
  ]);
});

for (const [path, titles] of Object.entries({
  'mm/mapped.c': ['MAPPED THINGS'],
  'mm/mapped/deep/inside.c': ['MAPPED THINGS'],
  'mm/mapped/old.c': [],
  'include/linux/mapped_more.h': ['MAPPED THINGS'],
  'include/linux/mapped/more.h': [],
  'drivers/named/x.c': ['NAMED THINGS'],
  'sound/named/x.c': ['NAMED THINGS'],
  'sound/pci/x-named-y.c': ['NAMED THINGS'],
  'fs/very/far/below/deeper.c': ['DEEP THINGS'],
  'fs/deep.c': ['DEEP THINGS'],
  'fs/deep.h': [],
}))
  test(`says which entries are about ${path}`, (t) => {
    t.deepEqual(
      about(path).filter((title) => title !== 'THE REST'),
      titles,
    );
    t.true(about(path).includes('THE REST'));
  });

test('has no entry in a file without one', (t) => {
  t.deepEqual(parseMaintainers(''), []);
  t.deepEqual(parseMaintainers('A title alone\n\nF:\tmm/\n'), []);
});

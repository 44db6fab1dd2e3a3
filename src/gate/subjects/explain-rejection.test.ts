import test from 'ava';
import { BuildError } from '../../errors.ts';
import type { Series } from '../../series/patches/series.ts';
import { withOrigin } from './explain-rejection.ts';

const SERIES: Series = {
  title: 't',
  version: 1,
  cover: undefined,
  patches: [1, 2].map((position) => ({
    name: `000${position}-p.patch`,
    subject: `p${position}`,
    mail: undefined,
    origin: `v3.mbox:${position * 100}`,
    trailers: [],
    text: '',
  })),
  baseCommit: undefined,
  prerequisites: [],
  changeId: undefined,
  origin: 'v3.mbox',
  notices: [],
};
const STORED = `/cache/series/${'0a'.repeat(32)}/patches/0002-stored.patch`;

test('a stored patch is called what its author called it, with the place where it was read', (t) => {
  const error = new BuildError(`The patch ${STORED} does not apply.`, {
    code: 'KERNEL_PATCH_REJECTED',
    detail: `${STORED}:9: hunk 1 of 2 of mm/a.c`,
    hint: 'h',
  });
  const { message, detail, hint, code } = withOrigin(error, SERIES) as BuildError;
  t.is(message, 'The patch 0002-p.patch (v3.mbox:200) does not apply.');
  t.is(detail, '0002-p.patch:9: hunk 1 of 2 of mm/a.c');
  t.is(hint, 'h');
  t.is(code, 'KERNEL_PATCH_REJECTED');
});

test('patches of other series and other errors stay as they are', (t) => {
  const other = new Error('x');
  t.is(withOrigin(other, SERIES), other);
  const error = new BuildError('The patch /series/0001-a.patch does not apply.', { code: 'X' });
  t.is((withOrigin(error, SERIES) as BuildError).message, error.message);
});

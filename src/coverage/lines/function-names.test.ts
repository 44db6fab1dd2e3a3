import test from 'ava';
import { findFunctions } from './function-names.ts';

const FILE = `#include <linux/mm.h>
static DEFINE_SPINLOCK(lock);

struct request {
	int a;
};

/* Two lines of head. */
static struct vm_area_struct *find_vma_of(struct mm_struct *mm,
		unsigned long addr)
{
	return NULL;
}

SYSCALL_DEFINE2(clone_it, pid_t, pid,
		unsigned long, addr)
{
	if (pid)
		return 1;
	return 0;
}
EXPORT_SYMBOL(x);

static int __must_check __init late(void)
{
	return 0;
}
`.split('\n');

test('a line is part of the function from its head to its closing brace', (t) => {
  const functionAt = findFunctions(FILE);
  const named = FILE.map((_, index) => functionAt(index + 1));
  t.is(named[8], 'find_vma_of');
  t.is(named[12], 'find_vma_of');
  t.is(named[13], undefined);
  t.is(named[14], 'clone_it');
  t.is(named[18], 'clone_it');
  t.is(named[21], undefined, 'a macro between functions');
  t.is(named[25], 'late');
});

test('structures and declarations are in no function', (t) => {
  const functionAt = findFunctions(FILE);
  t.deepEqual([1, 2, 4, 5, 6, 8].map(functionAt), Array.from({ length: 6 }));
});

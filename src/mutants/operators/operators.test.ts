import test from 'ava';
import { findFunctionRanges } from '../../coverage/lines/function-names.ts';
import { onlyLogs } from './only-logs.ts';
import { OPERATORS, type OperatorName } from './operators.ts';

/** Lines as they are in mm/mremap.c, mm/mmap.c, mm/mlock.c, mm/madvise.c and kernel/fork.c of Linux 6.12. */
const KERNEL = `static struct vm_area_struct *vma_to_resize(unsigned long addr,
	unsigned long old_len, unsigned long new_len, unsigned long flags)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	unsigned long pgoff;

	vma = vma_lookup(mm, addr);
	if (!vma)
		return ERR_PTR(-EFAULT);

	/*
	 * !old_len is a special case where an attempt is made to 'duplicate'
	 * a mapping.
	 */
	if (!old_len && !(vma->vm_flags & (VM_SHARED | VM_MAYSHARE))) {
		pr_warn_once("%s (%d): attempted to duplicate a private mapping with mremap.  This is not supported.\\n", current->comm, current->pid + 1);
		return ERR_PTR(-EINVAL);
	}

	if ((flags & MREMAP_DONTUNMAP) &&
			(vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP)))
		return ERR_PTR(-EINVAL);

	/* We can't remap across vm area boundaries */
	if (old_len > vma->vm_end - addr)
		return ERR_PTR(-EFAULT);

	if (new_len == old_len)
		return vma;

	/* Need to be careful about a growing mapping */
	pgoff = (addr - vma->vm_start) >> PAGE_SHIFT;
	pgoff += vma->vm_pgoff;
	if (pgoff + (new_len >> PAGE_SHIFT) < pgoff)
		return ERR_PTR(-EINVAL);

	return vma;
}

static int vma_expandable(struct vm_area_struct *vma, unsigned long delta)
{
	unsigned long end = vma->vm_end + delta;

	if (end < vma->vm_end) /* overflow */
		return 0;
	if (find_vma_intersection(vma->vm_mm, vma->vm_end, end))
		return 0;
	return 1;
}

static bool want_pmd_share(struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_start == addr;
}

static int madvise_walk_vmas(struct mm_struct *mm, unsigned long start,
		      unsigned long end, unsigned long arg)
{
	struct vm_area_struct *prev;
	int error = -ENOMEM;
	int count = 0;

	for (;;) {
		ssize_t ret;

		while (start < end)
			start += PAGE_SIZE;
		if (start >= end)
			goto out_free;
		error = anon_vma_prepare(prev);
		if (error)
			goto out_unlock;
		trace_mm_lru_insertion(folio);
		VM_BUG_ON_VMA(start > end,
			prev);
		count_vm_event(PGFREE);
		vm_stat_account(vma->vm_mm, vma->vm_flags,
				vma_pages(vma));
		if (error == -EAGAIN)
			continue;
		len = nr_pages - 1;
	}
	if (!(flags & MAP_FIXED))
		folio = vma_alloc_folio(GFP_HIGHUSER_MOVABLE, 0, vma, addr + delta, false);
	set_bit(MMF_RECALC_UPROBES, &mm->flags);
	anon_vma_unlock_write(vma->anon_vma);
	spin_unlock_irqrestore(&zone->lock, flags);
	up_read(&mm->mmap_lock);
out_unlock:
	mmap_write_unlock(mm);
out_free:
	kfree(prev);
	if (mm)
		return error;
	return 0;
}

static long copy_range(struct mm_struct *mm)
{
	lockdep_assert_held_write(&mm->mmap_lock);
	return dup_mmap(mm);
}
`.split('\n');

const aroundLine = findFunctionRanges(KERNEL);

/** The place of the only line that contains a text. */
function placeOf(part: string) {
  const found = KERNEL.flatMap((text, index) => (text.includes(part) ? [index + 1] : []));
  if (found.length !== 1) throw new Error(`${part} is on ${found.length} lines.`);
  const [line = 0] = found;
  return { text: KERNEL, line, around: aroundLine(line) };
}

const becomes = test.macro({
  exec(t, operator: OperatorName, part: string, ...expected: readonly string[]) {
    const place = placeOf(part);
    const edit = OPERATORS[operator](place);
    t.deepEqual(
      edit?.after.map((line) => line.trim()),
      expected,
    );
    t.is(edit?.from, place.line);
    t.is(edit?.before.length, edit?.after.length);
    t.deepEqual(edit?.before, KERNEL.slice(place.line - 1, place.line - 1 + expected.length));
  },
  title: (_, ...words) => words.slice(0, 2).join(': '),
});

const isLeftAlone = test.macro({
  exec(t, operator: OperatorName, part: string) {
    t.is(OPERATORS[operator](placeOf(part)), undefined);
  },
  title: (_, ...words) => `no ${words.join(': ')}`,
});

test(becomes, 'negated condition', 'if (!vma)', 'if (vma)');
test(
  becomes,
  'negated condition',
  'if (!old_len &&',
  'if (!(!old_len && !(vma->vm_flags & (VM_SHARED | VM_MAYSHARE)))) {',
);
test(
  becomes,
  'negated condition',
  'if ((flags & MREMAP_DONTUNMAP)',
  'if (!((flags & MREMAP_DONTUNMAP) &&',
  '(vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))))',
);
test(becomes, 'negated condition', 'if (end < vma->vm_end)', 'if (!(end < vma->vm_end)) /* overflow */');
test(becomes, 'negated condition', 'return vma->vm_start == addr', 'return vma->vm_start != addr;');
test(isLeftAlone, 'negated condition', '(vma->vm_flags & (VM_DONTEXPAND');
test(becomes, 'negated condition', 'if (!(flags & MAP_FIXED))', 'if (flags & MAP_FIXED)');
test(isLeftAlone, 'negated condition', "We can't remap across vm area");
test(isLeftAlone, 'negated condition', 'while (start < end)');
test(isLeftAlone, 'negated condition', 'pgoff += vma->vm_pgoff');

test(becomes, 'off by one', 'if (old_len > vma->vm_end', 'if (old_len >= vma->vm_end - addr)');
test(becomes, 'off by one', 'if (start >= end)', 'if (start > end)');
test(
  becomes,
  'off by one',
  'if (pgoff + (new_len >> PAGE_SHIFT) < pgoff)',
  'if (pgoff + (new_len >> PAGE_SHIFT) <= pgoff)',
);
test(becomes, 'off by one', 'pgoff = (addr', 'pgoff = ((addr - vma->vm_start) >> PAGE_SHIFT) + 1;');
test(becomes, 'off by one', 'pgoff += vma->vm_pgoff', 'pgoff += vma->vm_pgoff + 1;');
test(becomes, 'off by one', 'unsigned long end = vma', 'unsigned long end = (vma->vm_end + delta) + 1;');
test(becomes, 'off by one', 'len = nr_pages - 1', 'len = nr_pages;');
test(isLeftAlone, 'off by one', 'vma = vma_lookup(mm, addr)');
test(isLeftAlone, 'off by one', 'struct mm_struct *mm = current->mm');
test(isLeftAlone, 'off by one', 'folio = vma_alloc_folio');
test(isLeftAlone, 'swapped error', 'a mapping.');
test(isLeftAlone, 'off by one', 'int count = 0;');

test('an error becomes another, also as a pointer', (t) => {
  const at = KERNEL.indexOf('\tif (!vma)') + 2;
  const place = { text: KERNEL, line: at, around: aroundLine(at) };
  t.deepEqual(OPERATORS['swapped error'](place)?.after, ['\t\treturn ERR_PTR(-EINVAL);']);
});
test(becomes, 'swapped error', 'int error = -ENOMEM', 'int error = -EINVAL;');
test(becomes, 'swapped error', 'return error;', 'return 0;');
test(becomes, 'swapped error', 'goto out_unlock;', 'goto out_free;');
test(becomes, 'swapped error', 'goto out_free;', 'goto out_unlock;');
test(isLeftAlone, 'swapped error', 'if (error == -EAGAIN)');
test(isLeftAlone, 'swapped error', 'return 1;');

/** What the last line with a text becomes. */
function swapLast(text: string) {
  const line = KERNEL.lastIndexOf(text) + 1;
  return OPERATORS['swapped error']({ text: KERNEL, line, around: aroundLine(line) })?.after;
}

test('success becomes an error where a function returns a number, and nothing where it returns a pointer', (t) => {
  t.deepEqual(swapLast('\treturn 0;'), ['\treturn -EINVAL;']);
  t.deepEqual(swapLast('\treturn vma;'), ['\treturn NULL;']);
});

test(becomes, 'dropped unlock', 'mmap_write_unlock(mm)', ';');
test(becomes, 'dropped unlock', 'anon_vma_unlock_write', ';');
test(becomes, 'dropped unlock', 'spin_unlock_irqrestore', ';');
test(becomes, 'dropped unlock', 'up_read(&mm->mmap_lock)', ';');
test(isLeftAlone, 'dropped unlock', 'out_unlock:');
test(isLeftAlone, 'dropped unlock', 'set_bit(MMF');

test(becomes, 'dropped call', 'set_bit(MMF', ';');
test(becomes, 'dropped call', 'vm_stat_account(', ';', '');
test(becomes, 'dropped call', 'error = anon_vma_prepare(prev)', 'error = 0;');
test(becomes, 'dropped call', 'return dup_mmap(mm)', 'return 0;');
test(isLeftAlone, 'dropped call', 'mmap_write_unlock(mm)');
test(isLeftAlone, 'dropped call', 'vma = vma_lookup(mm, addr)');
test(isLeftAlone, 'dropped call', 'vma_pages(vma));');

for (const [part, expected] of [
  ['pr_warn_once("%s (%d)', true],
  ['trace_mm_lru_insertion', true],
  ['VM_BUG_ON_VMA(start > end,', true],
  ['count_vm_event(PGFREE)', true],
  ['lockdep_assert_held_write', true],
  ['vm_stat_account(', false],
  ['if (!old_len &&', false],
  ['kfree(prev)', false],
] as const)
  test(`${part} ${expected ? 'only logs' : 'does more than log'}`, (t) => {
    t.is(onlyLogs(placeOf(part)), expected);
  });

test('the second line of an assertion belongs to it', (t) => {
  const line = KERNEL.indexOf('\t\tVM_BUG_ON_VMA(start > end,') + 2;
  t.true(onlyLogs({ text: KERNEL, line, around: undefined }));
});

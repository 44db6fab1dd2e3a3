import { choiceField } from '../language/field.ts';
import { defineOperation, type Outcome } from '../language/operation.ts';
import { address, drawRange, pageField } from './arguments.ts';

interface HostileCall {
  readonly name: string;
  /** In C, with the address of a page as `at`. */
  readonly call: string;
  readonly endings: readonly string[];
  /** How it may end, too, where nothing is mapped. */
  readonly unmapped?: string;
}

/**
 * In the order of guests/fuzz/libraries/fuzz/lib/hostile.c. An address with all its upper bits set is the kernel's
 * everywhere, and no tagged one on arm64. Where several errors apply, kernels differ in which comes first.
 */
const CALLS: readonly HostileCall[] = [
  { name: 'munmap within a page', call: 'munmap(at + page / 2, page)', endings: ['EINVAL'] },
  { name: 'munmap that wraps around', call: 'munmap(at, -page)', endings: ['EINVAL'] },
  { name: 'munmap of the kernel', call: 'munmap((char *)(-1UL << 47), page)', endings: ['EINVAL'] },
  { name: 'mprotect within a page', call: 'mprotect(at + page / 2, page, PROT_READ)', endings: ['EINVAL'] },
  { name: 'mprotect that wraps around', call: 'mprotect(at, -page, PROT_READ)', endings: ['ENOMEM'] },
  {
    name: 'mprotect of the kernel',
    call: 'mprotect((char *)(-1UL << 47), page, PROT_READ)',
    endings: ['ENOMEM'],
  },
  {
    name: 'mprotect both ways',
    call: 'mprotect(at, page, PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP)',
    endings: ['EINVAL'],
  },
  { name: 'madvise within a page', call: 'madvise(at + page / 2, page, MADV_DONTNEED)', endings: ['EINVAL'] },
  { name: 'madvise that wraps around', call: 'madvise(at, -page, MADV_DONTNEED)', endings: ['EINVAL'] },
  {
    name: 'madvise of the kernel',
    call: 'madvise((char *)(-1UL << 47), page, MADV_DONTNEED)',
    endings: ['ENOMEM'],
  },
  { name: 'madvise of an unknown kind', call: 'madvise(at, page, 999)', endings: ['EINVAL'] },
  {
    name: 'mremap within a page',
    call: 'mremap(at + page / 2, page, page, MREMAP_MAYMOVE)',
    endings: ['EINVAL'],
  },
  {
    name: 'mremap to within a page',
    call: 'mremap(at, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, at + page / 2)',
    endings: ['EINVAL'],
    unmapped: 'EFAULT',
  },
  {
    name: 'mremap to the kernel',
    call: 'mremap(at, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, (char *)(-1UL << 47))',
    endings: ['EINVAL'],
    unmapped: 'EFAULT',
  },
  {
    name: 'mremap of the kernel',
    call: 'mremap((char *)(-1UL << 47), page, page, MREMAP_MAYMOVE)',
    endings: ['EFAULT', 'EINVAL'],
  },
  {
    name: 'mremap that may not move to a place',
    call: 'mremap(at, page, page, MREMAP_FIXED, at + page)',
    endings: ['EINVAL'],
  },
  {
    name: 'mremap to more than there is',
    call: 'mremap(at, page, 1UL << 62, MREMAP_MAYMOVE)',
    endings: ['ENOMEM', 'EFAULT', 'EINVAL'],
  },
  { name: 'mlock that wraps around', call: 'mlock(at, -page)', endings: ['EINVAL'] },
  { name: 'mlock of the kernel', call: 'mlock((char *)(-1UL << 47), page)', endings: ['ENOMEM'] },
  { name: 'mlock2 of an unknown kind', call: 'mlock2(at, page, 2)', endings: ['EINVAL'] },
  { name: 'msync within a page', call: 'msync(at + page / 2, page, MS_ASYNC)', endings: ['EINVAL'] },
  { name: 'msync that wraps around', call: 'msync(at, -page, MS_ASYNC)', endings: ['ENOMEM'] },
  { name: 'msync of the kernel', call: 'msync((char *)(-1UL << 47), page, MS_ASYNC)', endings: ['ENOMEM'] },
  {
    name: 'mincore within a page',
    call: 'mincore(at + page / 2, page, (unsigned char[1]){ 0 })',
    endings: ['EINVAL'],
  },
  {
    name: 'mincore of the kernel',
    call: 'mincore((char *)(-1UL << 47), page, (unsigned char[1]){ 0 })',
    endings: ['ENOMEM'],
  },
  {
    name: 'mincore to the kernel',
    call: 'mincore(at, page, (unsigned char *)(-1UL << 47))',
    endings: ['EFAULT'],
  },
  {
    name: 'mmap within a page',
    call: 'mmap(at + page / 2, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)',
    endings: ['EINVAL'],
  },
  {
    name: 'mmap over the kernel',
    call: 'mmap((char *)(-1UL << 47), page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)',
    endings: ['ENOMEM'],
  },
  {
    name: 'mmap of more than there is',
    call: 'mmap(at, 1UL << 62, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)',
    endings: ['ENOMEM'],
  },
  {
    name: 'mmap neither shared nor private',
    call: 'mmap(at, page, PROT_READ, MAP_ANONYMOUS | MAP_FIXED, -1, 0)',
    endings: ['EINVAL'],
  },
  {
    name: 'mmap of no file',
    call: 'mmap(at, page, PROT_READ, MAP_SHARED | MAP_FIXED, -1, 0)',
    endings: ['EBADF'],
  },
  {
    name: 'mmap from within a page of the file',
    call: 'mmap(at, page, PROT_READ, MAP_SHARED | MAP_FIXED, memfd, page / 2)',
    endings: ['EINVAL'],
  },
  {
    name: 'mmap beyond the last offset',
    call: 'mmap(at, 2 * page, PROT_READ, MAP_SHARED | MAP_FIXED, memfd, LONG_MAX & -page)',
    endings: ['EOVERFLOW'],
  },
  {
    name: 'mmap with a flag to be validated',
    call: 'mmap(at, page, PROT_READ, MAP_SHARED_VALIDATE | 0x200000 | MAP_FIXED, memfd, 0)',
    endings: ['EOPNOTSUPP'],
  },
];

const NAMES = CALLS.map(({ name }) => name) as [string, ...string[]];

/** Calls with arguments that no caller should give. They change nothing. */
export const hostile = defineOperation({
  name: 'hostile',
  guest: 'hostile',
  fields: { page: pageField, call: choiceField(...NAMES) },
  generate(random, { process }) {
    const range = drawRange(random, process);
    return range && { page: range.page, call: random.pick(NAMES) };
  },
  outcomes({ page, call }, { process }): readonly Outcome[] {
    const { endings, unmapped } = callOf(call);
    const isMapped = process.pages[page] !== undefined;
    const all = unmapped === undefined || isMapped ? endings : [...endings, unmapped];
    return all.map((ending) => ({ ending, because: 'no caller may ask for that' }));
  },
  source: ({ page, call }) => callOf(call).call.replaceAll(/\bat\b/gu, address(page)),
});

function callOf(name: string): HostileCall {
  const found = CALLS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`There is no hostile call "${name}".`);
  return found;
}

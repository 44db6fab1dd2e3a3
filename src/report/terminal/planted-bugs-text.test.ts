import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createLineMutants } from '../../../fixtures/report/planted-bugs.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { createPalette } from '../text/palette.ts';
import { renderPlantedBugs } from './planted-bugs-text.ts';

const gate = (mutants: ReturnType<typeof createLineMutants> | undefined) =>
  createGate(createRecord([createResult()]), { base: 'a', patched: 'b' }, mutants && { mutants });

const render = (mutants: ReturnType<typeof createLineMutants> | undefined) =>
  renderPlantedBugs(gate(mutants), createPalette(false));

test('a bug that nothing noticed comes first, with what was changed', (t) => {
  t.deepEqual(render(createLineMutants()), [
    [
      '1 of 2 small bugs in added lines that ran was noticed (x86_64)',
      '  UNNOTICED  mm/mremap.c:911 (vma_to_resize), off by one: by none of 31 cases',
      '    -     pgoff += vma->vm_pgoff;',
      '    +     pgoff += vma->vm_pgoff + 1;',
      '  noticed  mm/mremap.c:921 (vma_to_resize), negated condition   mremap › grow: failed',
      '  In 2 of 5 added lines that ran; 4 can have such a bug. Of others, 1 did not build. 3 bugs not tried: the time was over. It took 10 min 0 s.',
    ].join('\n'),
  ]);
});

test('of many that were noticed, some are named', (t) => {
  const [noticed] = createLineMutants().planted;
  const [text = ''] = render(createLineMutants({ planted: Array.from({ length: 15 }, () => noticed!) }));
  t.is(text.match(/ {2}noticed {2}/gu)?.length, 12);
  t.regex(text, /and 3 more that were noticed/u);
  t.regex(text, /^15 of 15 small bugs/u);
});

test('where no bug could be planted, that is said', (t) => {
  const none = createLineMutants({
    planted: [],
    plantable: 0,
    remaining: 0,
    ended: 'complete',
    leftOut: { notBuilt: 0, unchanged: 0, undecided: 0 },
    ms: 20,
  });
  t.deepEqual(render(none), [
    'No small bug was planted in added lines that ran (x86_64)\n  In 0 of 5 added lines that ran; 0 can have such a bug. It took 20 ms.',
  ]);
});

test('a gate that planted none says nothing', (t) => {
  t.deepEqual(render(undefined), []);
});

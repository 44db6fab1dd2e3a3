import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createRecord } from '../../../fixtures/report/results.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { createPalette } from '../text/palette.ts';
import { renderOtherBuilds } from './other-builds-text.ts';

const gateWith = (otherBuilds?: GateRecord['otherBuilds']): GateRecord =>
  createGate(createRecord([]), { base: 'linux-6.12', patched: 'patched' }, otherBuilds && { otherBuilds });

test('each build is named with its outcome and the first words of the compiler', (t) => {
  const record = gateWith([
    { arch: 'x86_64', name: 'allnoconfig', outcome: 'builds' },
    {
      arch: 'x86_64',
      name: '32-bit',
      outcome: 'broken',
      problem: 'mm/mremap.c:7: error: no\u001B[31m such thing\n\nmake: *** Error 2',
    },
  ]);
  t.deepEqual(renderOtherBuilds(record, createPalette(false)), [
    [
      'Also built',
      '  x86_64   allnoconfig: builds',
      '  x86_64   32-bit: does not build',
      '      mm/mremap.c:7: error: no such thing',
      '      make: *** Error 2',
    ].join('\n'),
  ]);
  t.deepEqual(renderOtherBuilds(gateWith(), createPalette(false)), []);
});

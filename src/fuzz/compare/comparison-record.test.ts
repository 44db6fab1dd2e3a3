import test from 'ava';
import { createComparison } from '../../../fixtures/report/fuzzed.ts';
import { comparisonSchema, leftOnPatched } from './comparison-record.ts';

test('what older records left counts as what the patched kernel showed', (t) => {
  const [arch] = createComparison().arches;
  const read = (left: readonly unknown[]) =>
    comparisonSchema.parse({ ...createComparison(), arches: [{ ...arch, left }] }).arches[0]!;
  const before = read(['died: by SIGBUS']);
  t.deepEqual(before.left, [{ signature: 'died: by SIGBUS', seenOn: 'patched' }]);
  t.deepEqual(leftOnPatched(before), ['died: by SIGBUS']);
  t.deepEqual(leftOnPatched(read([{ signature: 'died: by SIGBUS', seenOn: 'base' }])), []);
});

import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { UsageError } from '../../errors.ts';
import { loadSpec } from '../../spec/load-specs.ts';
import { selectCases, type CaseFilter } from './select-cases.ts';

const specs = [createSpecFixture('one', ['alpha', 'beta']), createSpecFixture('other', ['alpha', 'gamma'])];

const names = (filter: Partial<CaseFilter>): string[] =>
  selectCases(specs, { specs: [], cases: [], tags: [], ...filter }).flatMap(({ spec, cases }) =>
    cases.map(({ name }) => `${spec.name} ${name}`),
  );

const ALL = ['one alpha', 'one beta', 'other alpha', 'other gamma'];

test('without filters everything is selected', (t) => {
  t.deepEqual(names({}), ALL);
});

test('a spec is selected by name, by glob, or by the path of its file or folder', (t) => {
  t.deepEqual(names({ specs: ['one'] }), ['one alpha', 'one beta']);
  t.deepEqual(names({ specs: ['o*'] }), ALL);
  t.deepEqual(names({ specs: ['/specs/area/other.yaml'] }), ['other alpha', 'other gamma']);
  t.deepEqual(names({ specs: ['/specs/area'] }), ALL);
  t.deepEqual(names({ specs: ['/specs/**/one.yaml'] }), ['one alpha', 'one beta']);
});

test('cases and tags narrow the specs', (t) => {
  t.deepEqual(names({ cases: ['alpha'] }), ['one alpha', 'other alpha']);
  t.deepEqual(names({ specs: ['other'], cases: ['g*'] }), ['other gamma']);
  t.deepEqual(names({ tags: ['T-beta', 'T-gamma'] }), ['one beta', 'other gamma']);
});

test('a case is selected with its spec in front', (t) => {
  t.deepEqual(names({ cases: ['other/alpha'] }), ['other alpha']);
  t.deepEqual(names({ cases: ['o*/alpha', 'one/b*'] }), ['one alpha', 'one beta', 'other alpha']);
  const error = t.throws(() => names({ cases: ['one/gamma'] }), { code: 'RUN_UNKNOWN_CASE' });
  t.regex(error.message, /There is no case "one\/gamma"\./u);
  t.regex(t.throws(() => names({ cases: ['one/alhpa'] })).message, /Did you mean "one\/alpha"\?/u);
});

test('a pattern that selects nothing is an error even when another selects something', (t) => {
  const error = t.throws(() => names({ specs: ['one', 'otehr'] }), {
    instanceOf: UsageError,
    code: 'RUN_UNKNOWN_SPEC',
  });
  t.is(error.message, 'There is no spec "otehr". Did you mean "other"?');
});

test('an unknown case is an error with the closest name', (t) => {
  t.throws(() => names({ specs: ['one'], cases: ['gamma'] }), { message: /There is no case "gamma"/u });
  t.throws(() => names({ cases: ['apha'] }), { message: /Did you mean "alpha"\?/u });
});

test('filters that select something each but nothing together are an error', (t) => {
  t.throws(() => names({ cases: ['alpha'], tags: ['T-gamma'] }), {
    instanceOf: UsageError,
    code: 'RUN_EMPTY',
  });
});

const command = loadSpec(
  '/specs/area/own.yaml',
  'spec: own\nsummary: s\ncommand: [./x]\nprotocol: ktap\n',
).spec!;
const exit = loadSpec('/specs/area/plain.yaml', 'spec: plain\nsummary: s\ncommand: [./x]\n').spec!;

const select = (filter: Partial<CaseFilter>): string[] =>
  selectCases([...specs, command, exit], { specs: [], cases: [], tags: [], ...filter }).flatMap(
    ({ spec, cases }) => cases.map(({ name, only }) => [spec.name, name, ...(only ?? [])].join(' ')),
  );

test('a test that a program may report is selected by its name, once the program is named', (t) => {
  t.deepEqual(select({ cases: ['own/first', 'own/se*'] }), ['own program first se*']);
  t.deepEqual(select({ specs: ['own'], cases: ['first'] }), ['own program first']);
  t.deepEqual(select({ specs: ['own'], cases: ['program', 'first'] }), ['own program']);
  t.deepEqual(select({ specs: ['own'] }), ['own program']);
  t.throws(() => select({ cases: ['first'] }), { code: 'RUN_UNKNOWN_CASE' });
  t.throws(() => select({ cases: ['plain/first'] }), { code: 'RUN_UNKNOWN_CASE' });
});

test('a folder of specs is selected by the beginning of their names', (t) => {
  const many = ['selftests/mm/a', 'selftests/mm/b', 'selftests/mmx/c'].map((name) => ({ ...command, name }));
  const named = (pattern: string) =>
    selectCases(many, { specs: [pattern], cases: [], tags: [] }).map(({ spec }) => spec.name);
  t.deepEqual(named('selftests/mm'), ['selftests/mm/a', 'selftests/mm/b']);
  t.deepEqual(named('selftests/mm/'), ['selftests/mm/a', 'selftests/mm/b']);
  t.deepEqual(named('selftests/mm/b'), ['selftests/mm/b']);
});

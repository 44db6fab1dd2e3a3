import test from 'ava';
import { formatDiagnostic } from './diagnostic.ts';
import { loadSpec } from './load-specs.ts';

const HEAD = 'spec: own\nsummary: my own tests\n';

const problems = (text: string): string =>
  loadSpec('/specs/area/own.yaml', `${HEAD}${text}`).problems.map(formatDiagnostic).join('\n');

test('a command is executed in the folder of its spec, and has one case that is known', (t) => {
  const text = `${HEAD}command: [./run-tests, --fast]\nprotocol: ktap\nwith: [data.bin]\ntimeout: 1 min\n`;
  const { spec, problems: found } = loadSpec('/specs/area/own.yaml', text);
  t.deepEqual(found, []);
  t.like(spec, { program: './run-tests --fast' });
  t.deepEqual(spec?.command, {
    words: ['./run-tests', '--fast'],
    folder: '/specs/area',
    protocol: 'ktap',
    files: { kind: 'host', word: './run-tests', folder: '/specs/area', given: ['data.bin'], shell: false },
  });
  t.deepEqual(
    spec?.cases.map(({ name, about, timeoutMs }) => [name, about, timeoutMs]),
    [['program', 'my own tests', 60_000]],
  );
});

test('a spec is about a guest program or about a command', (t) => {
  t.regex(problems(''), /Say what is executed: "program"/u);
  t.regex(
    problems('program: a/b.c\ncommand: [./x]\ncases: { a: { about: a, expect: { b: 1 } } }\n'),
    /one of the two/u,
  );
  t.regex(problems('program: a/b.c\n'), /Name the cases of the program/u);
  t.regex(
    problems('program: a/b.c\nprotocol: ktap\ncases: { a: { about: a, expect: { b: 1 } } }\n'),
    /Only a spec with a "command"/u,
  );
});

test('what only the cases of a guest program can have is refused', (t) => {
  t.regex(
    problems('command: [./x]\ncases: { a: { about: a, expect: { b: 1 } } }\n'),
    /A command judges itself/u,
  );
  t.regex(problems('command: [./x]\nmachine: { reseed: true }\n'), /Only the cases of a guest program/u);
});

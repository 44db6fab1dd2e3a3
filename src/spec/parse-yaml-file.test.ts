import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { formatDiagnostic } from './diagnostic.ts';
import { checkYaml, parseYamlFile } from './parse-yaml-file.ts';

const schema = z.strictObject({
  name: z.string(),
  arch: z.array(z.enum(['x86_64', 'arm64'])).optional(),
  cases: z.record(
    z.string().regex(/^[a-z_]+$/u, 'Write lower case and underscores.'),
    z.strictObject({ about: z.string(), cpus: z.int('Expected a whole number.').optional() }),
  ),
});

const problems = (text: string): string[] => {
  const checked = checkYaml(text, 'a.yaml', schema);
  return checked.ok ? [] : checked.diagnostics.map(formatDiagnostic);
};

test('a valid file becomes its value', (t) => {
  const checked = checkYaml('name: a\ncases: { one: { about: x } }\n', 'a.yaml', schema);
  t.true(checked.ok);
  t.deepEqual(checked.ok && checked.value, { name: 'a', cases: { one: { about: 'x' } } });
});

test('an alias of nothing is underlined', (t) => {
  t.deepEqual(problems('name: *nothing\n'), [
    [
      'a.yaml:1:7 There is no anchor "&nothing" above this alias.',
      '  1 | name: *nothing',
      '    |       ~~~~~~~~',
    ].join('\n'),
  ]);
});

test('aliases that multiply are refused', (t) => {
  const levels = Array.from({ length: 12 }, (_, index) => {
    const below = index === 0 ? 'x' : `*a${index - 1}`;
    return `a${index}: &a${index} [${Array.from({ length: 9 }, () => below).join(', ')}]`;
  });
  t.regex(problems(`${levels.join('\n')}\n`).join('\n'), /Aliases of aliases multiply here/u);
});

test('an unknown key is underlined, and the closest known key of that place is suggested', (t) => {
  t.deepEqual(problems('name: a\ncases:\n  one: { abuot: x, about: y }\n'), [
    [
      'a.yaml:3:10 Unknown key "abuot". Did you mean "about"?',
      '  3 |   one: { abuot: x, about: y }',
      '    |          ~~~~~',
    ].join('\n'),
  ]);
});

test('a missing key is reported at the mapping that lacks it', (t) => {
  t.deepEqual(problems('name: a\ncases:\n  one: {}\n'), [
    'a.yaml:3:8 The key "about" is missing.\n  3 |   one: {}\n    |        ~',
  ]);
});

test('a wrong choice suggests the closest one', (t) => {
  const [first] = problems('name: a\narch: [x86-64]\ncases: {}\n');
  t.regex(
    first!,
    /^a\.yaml:2:8 Expected one of x86_64, arm64, found text "x86-64"\. Did you mean "x86_64"\?/u,
  );
});

test('a wrong type says what was expected and what was found', (t) => {
  const [first] = problems('name: [1]\ncases: {}\n');
  t.regex(first!, /^a\.yaml:1:7 Expected text, found a list\./u);
});

test('a name that breaks the rule for names is reported at the key', (t) => {
  const [first] = problems('name: a\ncases:\n  One: { about: x }\n');
  t.regex(first!, /^a\.yaml:3:3 "One" cannot be a key here\. Write lower case and underscores\./u);
});

test('a duplicate key is an error, shown together with everything else', (t) => {
  const found = problems('name: a\nname: b\ncases: { one: { abut: x } }\n');
  t.is(found.length, 3);
  t.is(
    found[0],
    ['a.yaml:2:1 The key "name" is given twice; it was first on line 1.', '  2 | name: b', '    | ~~~~'].join(
      '\n',
    ),
  );
});

test('a duplicate key of an inner mapping refers to that mapping', (t) => {
  const [first] = problems('name: a\ncases:\n  one: { about: x }\n  two: { about: y, cpus: 1, about: z }\n');
  t.regex(first!, /^a\.yaml:4:29 The key "about" is given twice; it was first on line 4\./u);
});

test('a syntax error hides the problems that would only follow from it', (t) => {
  const found = problems('name: [a\ncases: {}\n');
  t.true(found.length > 0);
  t.true(found.every((line) => !line.includes('missing')));
});

const syntax = test.macro({
  exec(t, text: string, message: string) {
    t.true(
      problems(text).some((problem) => problem.split('\n', 1)[0]!.endsWith(` ${message}`)),
      problems(text)[0],
    );
  },
  title: (_, text) => `${JSON.stringify(text)} is explained in kgate’s words`,
});

test(syntax, 'name: [a', 'Expected a closing ], or more indentation.');
test(syntax, '{name: a', 'Expected a closing }, or more indentation.');
test(syntax, 'name: "a', 'Expected a closing ".');
test(syntax, "name: 'a\n", "Expected a closing '.");
test(syntax, 'name:\n\ta: b', 'This line is indented with a tab; YAML allows only spaces.');
test(syntax, 'name: a: b', 'Expected one "key: value" on this line; put text that contains ": " in quotes.');
test(syntax, 'name: @a', 'Text cannot start with this character; put it in quotes.');
test(syntax, 'name: a\n---\nname: b', 'Expected one YAML document; a second one starts here.');
test(syntax, 'a:\n  b: 1\n c: 2', 'This key is not indented like the other keys of its mapping.');
test(syntax, 'name: a\ncases', 'Expected a colon and a value after this key, as in "key: value".');

test(syntax, '- [a', 'Expected a closing ], or more indentation.');
test(syntax, 'name:\n  - a\n - b', 'A list cannot begin here; check its indentation.');
test(syntax, '-   - b\n  - c', 'This "-" is not indented like the others of its list.');
test(syntax, 'name: ["a" "b"]', 'Expected a comma before this item.');
test(syntax, 'name: "a"#b', 'Expected a space before "#", which begins a comment; put text in quotes.');
test(syntax, 'name: |a', 'Expected nothing but the text below after "|" or ">"; put other text in quotes.');
test(syntax, 'name: *', 'Expected a name after "&" or "*" that does not end in a colon; put text in quotes.');
test(syntax, 'name: !a b', 'There is no such tag; put text that starts with "!" in quotes.');
test(syntax, '%name: a', 'A line cannot start with "%" here; put text in quotes.');
test(
  syntax,
  String.raw`name: "\d+"`,
  String.raw`A backslash has a meaning between double quotes: write "\\", or use single quotes.`,
);
test(
  syntax,
  'name: { a: b c: d }',
  'Inside brackets, put commas between items, and brackets around inner lists and mappings.',
);
test(syntax, 'name: {{ a }}', 'Expected text as a key, found a list or a mapping; put text in quotes.');
test(syntax, '[a]: b', 'Expected text as a key, found a list or a mapping; put text in quotes.');
test(syntax, 'a: &x [1]\n*x : b', 'Expected text as a key, found a list or a mapping; put text in quotes.');

test('nothing that is typed anywhere makes the parser speak for itself', (t) => {
  const text = 'a: b\nc: { d: e, f: [1, "g", \'h\'] }\ni: &j\n  - k: |\n      l\n  - *j\n';
  const typed = [
    '"',
    "'",
    '[',
    '{',
    ']',
    '}',
    ':',
    ' ',
    '- ',
    '*',
    '&',
    '!',
    '!!binary ',
    '%',
    '@',
    '|',
    '>',
  ];
  typed.push('\t', '\n', '---\n', '--- ', '? ', ',', '#', '&x &y ', '!x !y ', String.raw`"\q"`, '<<: 1');
  const warnings: string[] = [];
  const listen = (warning: Error): number => warnings.push(warning.message);
  process.on('warning', listen);
  for (let at = 0; at <= text.length; at++)
    for (const piece of typed) {
      const broken = `${text.slice(0, at)}${piece}${text.slice(at)}`;
      const theirs = parseDocument(broken, { prettyErrors: false }).errors.map(({ message }) => message);
      const checked = checkYaml(broken, 'a.yaml', z.unknown());
      const ours = checked.ok ? [] : checked.diagnostics.map(({ message }) => message);
      t.true(ours.length > 0 || theirs.length === 0, broken);
      for (const message of theirs) t.false(ours.join('\n').includes(message), `${message}\n${broken}`);
    }
  process.off('warning', listen);
  t.deepEqual(warnings, []);
});

const forms = z.strictObject({
  value: z.union([z.union([z.string(), z.int()]), z.strictObject({ at_most: z.number() })]).optional(),
  nodes: z.int().min(2).max(8).optional(),
  names: z.array(z.string().max(3)).min(1).optional(),
  until: z.iso.date().optional(),
  pages: z.int().multipleOf(4).optional(),
  word: z
    .string()
    .regex(/^[a-z]$/u)
    .optional(),
  words: z.record(z.string().max(2), z.string()).optional(),
});

const rejected = test.macro({
  exec(t, text: string, message: string) {
    const checked = checkYaml(text, 'a.yaml', forms);
    t.deepEqual(checked.ok ? [] : checked.diagnostics.map((problem) => problem.message), [message]);
  },
  title: (_, text) => `${JSON.stringify(text)} is answered with what was expected`,
});

test(rejected, 'value: [1]', 'Expected text, a number or a mapping (key: value), found a list.');
test(rejected, 'value: { at_most: x }', 'Expected a number, found text "x".');
test(rejected, 'nodes: 1', 'Expected at least 2, found 1.');
test(rejected, 'nodes: 9', 'Expected at most 8, found 9.');
test(rejected, 'names: []', 'Expected at least 1 item, found a list.');
test(rejected, 'until: tomorrow', 'Expected a date such as 2026-12-31, found text "tomorrow".');
test(rejected, 'pages: 3', 'Expected a multiple of 4, found 3.');
test(rejected, 'word: ab', 'Expected text of another form, found text "ab".');
test(
  rejected,
  'words: { abc: x }',
  '"abc" cannot be a key here. Expected at most 2 characters, found text "abc".',
);
test(rejected, 'names: [four]', 'Expected at most 3 characters, found text "four".');

test('an empty file lacks everything, and says so', (t) => {
  t.regex(problems('')[0]!, /^a\.yaml:1:1 Expected a mapping \(key: value\), found nothing\./u);
});

test('one error reports all problems of a file', async (t) => {
  await using folder = await createTemporaryFolder('kgate-yaml');
  const path = join(folder.path, 'b.yaml');
  await writeFile(path, 'nmae: a\ncases: { one: { cpus: 1.5 } }\n');
  const error = await t.throwsAsync(parseYamlFile(path, schema, 'TEST_INVALID'), { instanceOf: UsageError });
  t.is(error.code, 'TEST_INVALID');
  t.regex(error.message, /4 problems in .*b\.yaml/u);
  t.regex(error.detail!, /"name" is missing.*Unknown key "nmae".*"about" is missing.*whole number/su);
});

test('a missing file is named', async (t) => {
  await t.throwsAsync(parseYamlFile('/nonexistent/x.yaml', schema), { message: /\/nonexistent\/x\.yaml/u });
});

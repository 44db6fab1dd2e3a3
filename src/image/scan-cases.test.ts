import test from 'ava';
import { scanCases } from './scan-cases.ts';

test('cases come in the order of the source with their lines', (t) => {
  const source = '#include <kgate/case.h>\n\nCASE(first)\n{\n}\n\nCASE( second_one ) {\n}\n';
  t.deepEqual(scanCases(source), [
    { name: 'first', line: 3 },
    { name: 'second_one', line: 7 },
  ]);
});

const hidden = test.macro((t, source: string) => {
  t.deepEqual(scanCases(`${source}\nCASE(seen)\n`), [{ name: 'seen', line: source.split('\n').length + 1 }]);
});

test('a case in a block comment is not found', hidden, '/*\nCASE(a)\n*/');
test('a case in a line comment is not found', hidden, '// CASE(a)');
test('an indented use is not a definition', hidden, '  CASE(a)');
test('another macro’s name is not mistaken', hidden, 'CASES(a)\nMY_CASE(b)');
test('a string that opens a comment hides nothing', hidden, 'char *s = "/*";');
test('a quote in a character does not open a string', hidden, 'char c = \'"\'; /* " */');

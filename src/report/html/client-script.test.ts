import { Script } from 'node:vm';
import test from 'ava';
import { loadClientScript, withoutModule } from './client-script.ts';

for (const entry of ['main', 'theme'])
  test(`the modules of ${entry} share one scope without declaring a name twice`, async (t) => {
    const script = await loadClientScript(entry);
    t.notThrows(() => new Script(script));
    t.notRegex(script, /^(?:import|export)\b/mu);
  });

test('nothing in the script could end the element that holds it', async (t) => {
  const script = await loadClientScript('main');
  t.notRegex(script, /<\/script|<!--/iu);
});

test('a module that several import is there once, before those that need it', async (t) => {
  const script = await loadClientScript('main');
  t.is(script.match(/^function byId\(/gmu)?.length, 1);
  t.true(script.indexOf('function byId(') < script.indexOf('const reportIndex ='));
});

test('what the compiler makes of a module shares the scope like what Node strips', (t) => {
  t.is(withoutModule('export {};\n'), '');
  t.is(
    withoutModule("import { a } from './a.js';\nexport const b = a;\nexport function c() {}\nexport {};\n"),
    'const b = a;\nfunction c() {}',
  );
});

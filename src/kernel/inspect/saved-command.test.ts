import test from 'ava';
import { parseSavedCommand } from './saved-command.ts';

test('the compiler, its flags and the source are found, regardless of later steps on the object', (t) => {
  const text = `savedcmd_mm/mremap.o := ccache gcc -Wp,-MMD,mm/.mremap.o.d -I../mm -DKBUILD_MODFILE='"mm/mremap"' -c -o mm/mremap.o ../mm/mremap.c   ; ./tools/objtool/objtool mm/mremap.o

source_mm/mremap.o := ../mm/mremap.c
`;
  t.deepEqual(parseSavedCommand(text), {
    compile: `ccache gcc -I../mm -DKBUILD_MODFILE='"mm/mremap"'`,
    source: '../mm/mremap.c',
  });
});

test('the form of before Linux 6.2 is understood', (t) => {
  const text = 'cmd_mm/mmap.o := gcc -Wp,-MMD,mm/.mmap.o.d -c -o mm/mmap.o ../mm/mmap.c\n';
  t.deepEqual(parseSavedCommand(text), { compile: 'gcc', source: '../mm/mmap.c' });
});

test('an object that was not compiled from C has no command', (t) => {
  t.is(
    parseSavedCommand('savedcmd_arch/x86/entry.o := gcc -c -o arch/x86/entry.o ../arch/x86/entry.S\n'),
    undefined,
  );
  t.is(parseSavedCommand(''), undefined);
});

import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { BuildError, UsageError } from '../errors.ts';
import { findSandboxProblem } from '../process/sandbox.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { digestFile } from '../store/digest.ts';
import { buildImage } from './build-image.ts';
import { requirePrograms } from './require-programs.ts';

/** Without a working bubblewrap there is nothing to prove; `kgate doctor` reports that. */
const withSandbox = (await findSandboxProblem()) === undefined ? test.serial : test.serial.skip;

const CASE_HEADER = `
#define CASE(id) \\
	static const char name_##id[] __attribute__((section("kgate_cases"), used)) = #id; \\
	void case_##id(void); void case_##id(void)
#define OBSERVED(name) \\
	({ static const char text[] __attribute__((section("kgate_observations"), used)) = name; text; })
int answer(void);
`;

/** A native image of made-up guests in a separate cache. */
async function createGuests() {
  const folder = await createTemporaryFolder('kgate-image');
  process.env['KGATE_CACHE'] = join(folder.path, 'cache');
  const write = async (path: string, text: string) => {
    const file = join(folder.path, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  await write('guests/agent/agent.c', 'int main(void) { return 0; }\n');
  await write('guests/include/kgate/case.h', CASE_HEADER);
  await write(
    'guests/lib/main.c',
    'int answer(void);\nint answer(void) { return 42; }\nint main(void) { return answer(); }\n',
  );
  await write('headers/linux/version.h', '#define FROM_THE_KERNEL_UNDER_TEST 7\n');
  await write('guests/programs/a/one.c', '#include <kgate/case.h>\nCASE(first) { OBSERVED("seen.it"); }\n');
  const build = (
    kernelDigest = 'some kernel',
    more: readonly string[] = [],
    sandbox?: boolean,
    libraries: readonly string[] = [],
  ) =>
    buildImage({
      arch: process.arch === 'arm64' ? 'arm64' : 'x86_64',
      kernel: { id: 'made-up', digest: kernelDigest, headers: join(folder.path, 'headers') },
      guests: join(folder.path, 'guests'),
      libraryFolders: ['guests/libraries', ...libraries].map((path) => join(folder.path, path)),
      programFolders: [join(folder.path, 'guests/programs'), ...more.map((path) => join(folder.path, path))],
      jobs: 2,
      sandbox,
    });
  return {
    path: folder.path,
    write,
    build,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test.serial('an image knows the cases and observations of its programs', async (t) => {
  await using guests = await createGuests();
  await guests.write('guests/programs/a/two.c', '#include <kgate/case.h>\nCASE(x) {}\nCASE(y) {}\n');
  const image = await guests.build();
  t.deepEqual(
    [...image.programs.values()].map(({ content: _content, ...program }) => program),
    [
      { source: 'a/one.c', cases: ['first'], observations: ['seen.it'] },
      { source: 'a/two.c', cases: ['x', 'y'], observations: [] },
    ],
  );
  const archive = await readFile(image.initramfs, 'latin1');
  for (const path of ['init', 'programs/a/one', 'programs/a/two', 'proc', 'dev/console'])
    t.true(archive.includes(`${path}\0`), path);
});

test.serial('a change to a program changes its content, and that of no other', async (t) => {
  await using guests = await createGuests();
  const write = (name: string) =>
    guests.write('guests/programs/a/two.c', `#include <kgate/case.h>\nCASE(${name}) {}\n`);
  const contentsOf = async () => {
    const { programs } = await guests.build();
    return ['a/one.c', 'a/two.c'].map((source) => programs.get(source)?.content);
  };
  await write('x');
  const [one, two] = await contentsOf();
  await write('y');
  const [oneThen, twoThen] = await contentsOf();
  t.is(oneThen, one);
  t.not(twoThen, two);
});

test.serial('the same sources give the same image wherever they are', async (t) => {
  const source = '#include <kgate/case.h>\nconst char *file = __FILE__;\nCASE(a) { OBSERVED(__FILE__); }\n';
  const archives: string[] = [];
  for (let time = 0; time < 2; time += 1) {
    await using guests = await createGuests();
    await guests.write('guests/programs/a/two.c', source);
    const image = await guests.build();
    archives.push(await digestFile(image.initramfs));
    t.deepEqual(image.programs.get('a/two.c')?.observations, ['a/two.c']);
  }
  t.is(archives[0], archives[1]);
});

test.serial('the kernel’s own headers precede those of the C library', async (t) => {
  await using guests = await createGuests();
  await guests.write(
    'guests/programs/a/two.c',
    '#include <linux/version.h>\n#include <kgate/case.h>\nCASE(a) { _Static_assert(FROM_THE_KERNEL_UNDER_TEST == 7, ""); }\n',
  );
  await t.notThrowsAsync(guests.build());
});

const DOES_NOT_COMPILE = '#include <kgate/case.h>\nCASE(a) { nothing_like_it(); }\n';

test.serial(
  'programs that do not compile are left out, and an error only where they are needed',
  async (t) => {
    await using guests = await createGuests();
    await guests.write('guests/programs/a/two.c', DOES_NOT_COMPILE);
    await guests.write('guests/programs/b/three.c', 'int oops\n');
    const image = await guests.build();
    t.deepEqual([...image.programs.keys()], ['a/one.c']);
    t.deepEqual([...image.leftOut.keys()].toSorted(), ['a/two.c', 'b/three.c']);
    t.notThrows(() => requirePrograms(image, ['a/one.c']));
    t.is(
      t.throws(() => requirePrograms(image, ['a/two.c']))?.message,
      'The guest program a/two.c did not compile.',
    );
    const error = t.throws(() => requirePrograms(image, image.leftOut.keys()), { instanceOf: BuildError });
    t.is(error.message, '2 guest programs could not be built.');
    const detail = error.detail ?? '';
    t.regex(detail, /two\.c:2:\d+: error: implicit declaration of function .nothing_like_it./u);
    t.regex(detail, /b\/three\.c did not compile/u);
    t.notRegex(detail, /-static/u);
    t.regex(error.commands[0] ?? '', /gcc .*-static .*two\.c/u);
    t.is(error.commands.length, 2);
  },
);

test.serial('an image without what does not compile is that of the programs alone', async (t) => {
  await using guests = await createGuests();
  const { digest } = await guests.build();
  await guests.write('guests/programs/a/two.c', DOES_NOT_COMPILE);
  t.is((await guests.build()).digest, digest);
  await guests.write('guests/programs/a/two.c', '#include <kgate/case.h>\nCASE(a) {}\n');
  const mended = await guests.build();
  t.deepEqual([...mended.programs.keys()], ['a/one.c', 'a/two.c']);
  t.is(mended.leftOut.size, 0);
});

test.serial('a program without a case is an error for every kernel', async (t) => {
  await using guests = await createGuests();
  await guests.write('guests/programs/a/two.c', DOES_NOT_COMPILE);
  await guests.write('guests/programs/b/four.c', 'int unused_file;\n');
  const error = await t.throwsAsync(guests.build(), { instanceOf: BuildError });
  t.regex(error.detail ?? '', /b\/four\.c defines no case/u);
});

test.serial('a case that the source scan misses is an error', async (t) => {
  await using guests = await createGuests();
  await guests.write(
    'guests/programs/a/two.c',
    '#include <kgate/case.h>\n#define BOTH CASE(x) {} CASE(y) {}\nBOTH\nCASE(z) {}\n',
  );
  const error = await t.throwsAsync(guests.build(), { instanceOf: BuildError });
  t.is(error.code, 'IMAGE_CASES_HIDDEN');
  t.regex(error.message, /: x, y\.$/u);
});

test.serial('only what changed is compiled again', async (t) => {
  await using guests = await createGuests();
  await guests.write('guests/programs/a/two.c', '#include <kgate/case.h>\nCASE(a) {}\n');
  const first = await guests.build();
  await utimes(join(guests.path, 'guests/programs/a/one.c'), 1, 1);
  t.is((await guests.build()).digest, first.digest);
  await guests.write('guests/programs/a/two.c', '#include <kgate/case.h>\nCASE(b) {}\n');
  const second = await guests.build();
  t.not(second.digest, first.digest);
  t.deepEqual(second.programs.get('a/two.c')?.cases, ['b']);
});

test.serial('another kernel with the same headers shares the image', async (t) => {
  await using guests = await createGuests();
  const first = await guests.build();
  t.is((await guests.build('another kernel')).digest, first.digest);
  await guests.write('headers/linux/new.h', '');
  t.not((await guests.build('yet another')).digest, first.digest);
});

test.serial('programs of a folder elsewhere join those of the library', async (t) => {
  await using guests = await createGuests();
  await guests.write('mine/b/own.c', '#include <kgate/case.h>\nCASE(own) {}\n');
  const image = await guests.build(undefined, ['mine']);
  t.deepEqual([...image.programs.keys()], ['a/one.c', 'b/own.c']);
  await guests.write('mine/a/one.c', '#include <kgate/case.h>\nCASE(own) {}\n');
  const error = await t.throwsAsync(guests.build(undefined, ['mine']), { instanceOf: UsageError });
  t.is(error.code, 'IMAGE_PROGRAM_AMBIGUOUS');
});

test.serial(
  'a library below libraries is available to every program, with headers, sources or both',
  async (t) => {
    await using guests = await createGuests();
    await guests.write('guests/libraries/subject/include/subject/call.h', 'int call(void);\n');
    await guests.write(
      'guests/libraries/subject/lib/call.c',
      '#include <subject/call.h>\nint call(void) { return answer(); }\n',
    );
    await guests.write('guests/libraries/plain/include/plain/seven.h', '#define SEVEN 7\n');
    const program = (body: string) =>
      guests.write(
        'guests/programs/a/two.c',
        `#include <kgate/case.h>\n#include <plain/seven.h>\n#include <subject/call.h>\nCASE(a) { ${body} }\n`,
      );
    await program('call(); _Static_assert(SEVEN == 7, "");');
    const error = await t.throwsAsync(guests.build(), { instanceOf: BuildError });
    t.regex(error.message, /^The guest library libraries\/subject did not compile/u);
    await guests.write(
      'guests/libraries/subject/lib/call.c',
      '#include <kgate/case.h>\n#include <subject/call.h>\nint call(void) { return answer(); }\n',
    );
    const first = await guests.build();
    await guests.write('guests/libraries/plain/include/plain/seven.h', '#define SEVEN (3 + 4)\n');
    t.not((await guests.build()).digest, first.digest);
  },
);

test.serial('no library can take the place of another', async (t) => {
  await using guests = await createGuests();
  await guests.write('guests/libraries/subject/include/kgate/case.h', '#error shadowed\n');
  await t.notThrowsAsync(guests.build());
  await guests.write('mine/libraries/subject/include/call.h', '');
  const error = await t.throwsAsync(guests.build(undefined, [], undefined, ['mine/libraries']), {
    instanceOf: UsageError,
  });
  t.is(error.code, 'IMAGE_LIBRARY_AMBIGUOUS');
});

test.serial('a folder without programs is a UsageError that names it', async (t) => {
  await using guests = await createGuests();
  const error = await t.throwsAsync(guests.build(undefined, ['nowhere']), { instanceOf: UsageError });
  t.regex(error.message, /nowhere/u);
});

test.serial('a missing compiler is a HostError with the packages to install', async (t) => {
  await using guests = await createGuests();
  const path = process.env['PATH'];
  process.env['PATH'] = guests.path;
  t.teardown(() => {
    process.env['PATH'] = path;
  });
  const error = await t.throwsAsync(guests.build());
  t.like(error, { code: 'HOST_COMPILER_MISSING', exitCode: 69 });
  process.env['PATH'] = path;
});

withSandbox('a header of a series cannot pull a file of the host into a program', async (t) => {
  for (const sandbox of [true, false]) {
    await using guests = await createGuests();
    await guests.write('secret', 'the-secret-of-this-host');
    await guests.write('headers/linux/version.h', `asm(".incbin \\"${guests.path}/secret\\"");\n`);
    await guests.write(
      'guests/programs/a/one.c',
      '#include <linux/version.h>\n#include <kgate/case.h>\nCASE(first) {}\n',
    );
    const { programs, leftOut } = await guests.build('some kernel', [], sandbox);
    t.is(programs.size, sandbox ? 0 : 1);
    if (sandbox) t.regex(leftOut.get('a/one.c')?.detail ?? '', /file not found: .*secret/u);
  }
});

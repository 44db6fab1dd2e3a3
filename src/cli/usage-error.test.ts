import test from 'ava';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { usageError } from './usage-error.ts';

/** What a command with some of everything answers. */
function answer(args: readonly string[]): string {
  let said = '';
  const command = new Command('kgate')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, outputError: (text) => (said += usageError(text)) });
  command
    .command('run')
    .argument('<series>', 'x')
    .addArgument(new Argument('[shell]', 'x').choices(['bash', 'zsh', 'fish']))
    .option('-j, --jobs <n>', 'x', () => {
      throw new InvalidArgumentError('Expected a whole number from 1.');
    })
    .requiredOption('--case <name>', 'x')
    .addOption(new Option('--role <role>', 'x').choices(['base', 'patched']))
    .addOption(new Option('--list', 'x').conflicts('json'))
    .option('--json', 'x')
    .exitOverride()
    .copyInheritedSettings(command);
  command.command('list').exitOverride().copyInheritedSettings(command);
  requireRefusal(() => command.parse(args, { from: 'user' }));
  return said;
}

function requireRefusal(parse: () => void): void {
  try {
    parse();
  } catch {
    return;
  }
  throw new Error('the command line was accepted');
}

const explained = test.macro({
  exec(t, args: readonly string[], sentence: string) {
    t.is(answer(args), `error: ${sentence}\n`);
  },
  title: (_, args: readonly string[] = []) => `"kgate ${args.join(' ')}" is answered in kgate’s words`,
});

test(explained, ['rnu'], 'There is no command "rnu". Did you mean "run"?');
test(explained, ['xyzzy'], 'There is no command "xyzzy".');
test(
  explained,
  ['run', 'x', '--case', 'y', '--roel', 'z'],
  'There is no option "--roel". Did you mean "--role"?',
);
test(explained, ['run', '--case', 'x'], 'Expected an argument: <series>.');
test(explained, ['run', 'x'], 'Expected the option --case <name>.');
test(explained, ['run', 'x', '--case'], 'Expected a value: --case <name>.');
test(explained, ['run', 'x', '-j', 'y'], '--jobs cannot be "y". Expected a whole number from 1.');
test(explained, ['run', 'x', '--role', 'y'], '--role cannot be "y". Expected base or patched.');
test(explained, ['run', 'x', 'ksh', '--case', 'y'], '<shell> cannot be "ksh". Expected bash, zsh or fish.');
test(explained, ['run', 'x', '--case', 'y', '--list', '--json'], '--list and --json do not go together.');
test(explained, ['run', 'x', 'zsh', 'y', '--case', 'z'], 'Expected 2 arguments, found x, zsh, y.');
test(explained, ['list', 'x'], 'Expected no arguments, found x.');

test('text that is no error of commander’s stays as it is', (t) => {
  t.is(usageError('Run "kgate --help".\n'), 'Run "kgate --help".\n');
  t.is(usageError('error: something new\n'), 'error: something new\n');
});

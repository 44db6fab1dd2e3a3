import { relative } from 'node:path';

/** The variables of a collection's Makefile that name its programs and files; see lib.mk of the selftests. */
const VARIABLES = [
  'TEST_GEN_PROGS',
  'TEST_CUSTOM_PROGS',
  'TEST_PROGS',
  'TEST_GEN_PROGS_EXTENDED',
  'TEST_PROGS_EXTENDED',
  'TEST_GEN_FILES',
  'TEST_FILES',
] as const;

const MARK = 'kgate-variable';

/** Words for a command line of make that print these variables as they are once the whole Makefile has been read. */
export function listVariables(): readonly string[] {
  const names = VARIABLES.join(' ');
  return [`--eval=kgate-list: ; @:$(foreach one,${names},$(info ${MARK} $(one) $($(one))))`, 'kgate-list'];
}

/** What make printed: paths relative to the collection's folder, by variable. */
export function variablesIn(output: string, folder: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const line of output.split('\n')) {
    const [mark, name = '', ...values] = line.trim().split(/\s+/u);
    if (mark !== MARK) continue;
    found[name] = values.map((value) => (value.startsWith('/') ? relative(folder, value) : value));
  }
  return found;
}

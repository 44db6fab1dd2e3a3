/** The command that compiled one object, as Kbuild saved it in `.NAME.o.cmd`; it is run in the folder of objects. */
export interface SavedCommand {
  /** Compiler and flags, without the source and the dependency file. */
  readonly compile: string;
  /** The source, relative to the folder of objects. */
  readonly source: string;
}

/** Parses a `.cmd` file; `undefined` for an object that was not compiled from C by one command. */
export function parseSavedCommand(text: string): SavedCommand | undefined {
  // `cmd_` before Linux 6.2, `savedcmd_` since. Commands after the first `;` work on the object.
  const command = /^(?:saved)?cmd_\S+ := ([^;\n]+)/mu.exec(text)?.[1];
  const [, compile, source] = /^(.*?)\s-c -o \S+ (\S+\.c)\s*$/u.exec(command ?? '') ?? [];
  if (compile === undefined || source === undefined) return undefined;
  return { compile: compile.replace(/ -Wp,-MM?D,\S+/u, ''), source };
}

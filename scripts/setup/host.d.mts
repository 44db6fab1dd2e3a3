export interface Entry {
  readonly [key: string]: unknown;
}
export interface Manager {
  readonly program: string;
  readonly key: string;
  readonly line: string;
}
export const MANAGERS: readonly Manager[];
export function findManager(has?: (name: string) => boolean): Manager | undefined;
export function isPresent(entry: Entry): boolean;
export function packageOf(entry: Entry, manager: Manager): string | undefined;
export function installLine(
  manager: Manager,
  entries: readonly Entry[],
): { readonly packages: readonly string[]; readonly line: string | undefined };
export function aptComplaint(output: string): string;
export function listsAreFresh(folder?: string, now?: number): boolean;
export function knownToApt(
  packages: readonly string[],
  run?: (
    program: string,
    args: readonly string[],
  ) => { readonly status: number | null; readonly output: string },
): readonly string[];

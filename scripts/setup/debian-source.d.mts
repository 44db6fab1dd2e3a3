export function fetchedSources(): string;
export function debianSource(name: string, say?: (line: string) => void): string;
export function mirrors(etc?: string): { readonly main: string; readonly updates: string };

/** Whether something thrown is an error with this `code`, like those of Node's system errors. */
export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

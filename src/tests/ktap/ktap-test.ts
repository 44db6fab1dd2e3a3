/** How a test ended. A test that did not say so crashed. */
export type KtapStatus = 'passed' | 'failed' | 'skipped' | 'crashed';

/** One test of a KTAP document, with the tests in it. */
export interface KtapTest {
  /** Without its number; empty where the test has none. */
  readonly name: string;
  readonly status: KtapStatus;
  /** What the result line says behind its "#", without SKIP; or why the test counts as crashed. */
  readonly reason: string | undefined;
  /** Lines before the result that are no results: comments without their "#", and whatever else was printed. */
  readonly diagnostics: readonly string[];
  readonly subtests: readonly KtapTest[];
}

/** What a document says. */
export interface KtapReport {
  readonly tests: readonly KtapTest[];
  /** What is wrong with the document itself: no version line, numbers that are out of order. */
  readonly problems: readonly string[];
}

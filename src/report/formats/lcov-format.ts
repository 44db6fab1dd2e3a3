import type { ArchName } from '../../arch/architectures.ts';
import type { CoverageFile, CoverageRecord, CoverageSubject } from '../../coverage/coverage-record.ts';
import { UsageError } from '../../errors.ts';
import type { ReportFormat } from './report-format.ts';

/** Which added lines ran, as `genhtml` and most coverage services read it. */
export const lcovFormat: ReportFormat = {
  name: 'lcov',
  summary: 'which lines of the series ran, for genhtml and coverage services',
  render({ coverage }) {
    if (coverage !== undefined) return renderLcov(coverage);
    throw new UsageError('This run did not count which lines of the series ran.', {
      code: 'COVERAGE_NOT_COLLECTED',
      hint: 'Run it again with --coverage.',
    });
  },
};

/**
 * One tracefile with a test for each architecture. It contains only added lines, so every figure made from it is about
 * the series; paths are those of the kernel tree.
 */
export function renderLcov({ subjects }: CoverageRecord): string {
  return subjects.flatMap((subject) => subject.builds.map(({ arch }) => renderTest(subject, arch))).join('');
}

function renderTest({ kernel, files }: CoverageSubject, arch: ArchName): string {
  // A test's name may contain letters, digits and underscores.
  const name = `${kernel}_${arch}`.replaceAll(/\W/gu, '_');
  return files.map((file) => renderFile(file, arch, name)).join('');
}

function renderFile({ path, hunks }: CoverageFile, arch: ArchName, name: string): string {
  const lines = hunks
    .flatMap((hunk) => hunk.lines)
    .flatMap(({ line, arches }) => {
      const found = arches[arch];
      return found === undefined ? [] : [{ line, count: found.count }];
    });
  if (lines.length === 0) return '';
  return [
    `TN:${name}`,
    `SF:${path}`,
    ...lines.map(({ line, count }) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(({ count }) => count > 0).length}`,
    'end_of_record',
    '',
  ].join('\n');
}

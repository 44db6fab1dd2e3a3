import type { ComparedFinding } from '../../fuzz/compare/comparison-record.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import {
  describeEnds,
  describeStanding,
  orderFindings,
  programLines,
  summarizeFuzzing,
} from '../recorded/fuzzed.ts';
import { wrapText } from './wrap-text.ts';

/** Programs are long: how many to show. */
const SHOWN = 2;

/** What generated programs showed, with the programs that only the series fails. */
export function describeFuzzing({ fuzz }: GateRecord): string[] {
  if (fuzz === undefined) return [];
  const findings = orderFindings(fuzz);
  const regressions = findings.filter(({ standing }) => standing === 'regression');
  const others = findings.filter(({ standing }) => standing !== 'regression');
  return [
    '',
    'Generated programs, judged by a model of the contract',
    ...[summarizeFuzzing(fuzz), ...describeEnds(fuzz)].flatMap((line) =>
      wrapText(plainLine(line), { first: '  ', rest: '  ' }),
    ),
    ...regressions.flatMap((one, index) => [...describeOne(one), ...(index < SHOWN ? showProgram(one) : [])]),
    ...others.flatMap((one) => describeOne(one)),
  ];
}

function describeOne(finding: ComparedFinding): string[] {
  const { text, arch } = finding;
  return wrapText(plainLine(`${text} [${arch}]: ${describeStanding(finding)}`), {
    first: '  - ',
    rest: '    ',
  });
}

function showProgram({ reproducer }: ComparedFinding): string[] {
  if (reproducer === undefined) return [];
  const said = plainText(reproducer.output).trim().split('\n')[0] ?? '';
  return [
    '',
    ...programLines(reproducer.source).map((line) => `  ${plainText(line)}`.trimEnd()),
    '',
    ...(said === '' ? [] : wrapText(`It says: ${said}`, { first: '    ', rest: '    ' })),
  ];
}

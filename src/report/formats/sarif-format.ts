import type { CaseResult } from '../../run/record/record.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import type { ReportFormat } from './report-format.ts';
import { printableJson } from '../printable-json.ts';
import { placeOf, type SourcePlace } from '../recorded/source-place.ts';
import { placeOfSplat } from '../recorded/splat-place.ts';

type Splat = NonNullable<CaseResult['splat']>;

/** SARIF 2.1.0: one result for each distinct splat, at the line of kernel source it names, if any. */
export const sarifFormat: ReportFormat = {
  name: 'sarif',
  summary: 'kernel splats as SARIF 2.1.0, for code scanning',
  render({ run }, { inRepository = (path) => path }) {
    const found = run.cases.flatMap((result) =>
      result.splat === undefined ? [] : [{ result, splat: result.splat }],
    );
    const distinct = [...Map.groupBy(found, ({ splat }) => `${splat.kind} ${splat.title}`).values()];
    const kinds = [...new Set(found.map(({ splat }) => splat.kind))].toSorted();
    const log = {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'kgate',
              semanticVersion: run.kgate,
              rules: kinds.map((kind) => ({
                id: ruleId(kind),
                shortDescription: { text: describeKind(kind) },
              })),
            },
          },
          automationDetails: { id: `kgate/${plainLine(run.id)}` },
          originalUriBaseIds: {
            KERNEL: { description: { text: 'The top of the kernel tree that was built.' } },
            PROJECT: { description: { text: 'The top of the repository with the specs.' } },
          },
          columnKind: 'utf16CodeUnits',
          results: distinct.map((occurrences) => renderSplat(occurrences, inRepository)),
        },
      ],
    };
    return printableJson(log);
  },
};

interface Occurrence {
  readonly result: CaseResult;
  readonly splat: Splat;
}

function renderSplat(
  occurrences: readonly Occurrence[],
  inRepository: (path: string) => string | undefined,
): object {
  const [{ result, splat }] = occurrences as readonly [Occurrence];
  const seen = occurrences.map(({ result: one }) => describeCase(one));
  const source = placeOfSplat(splat);
  const spec = placeOf(result.location);
  const specLocation =
    spec === undefined
      ? undefined
      : physical({ ...spec, file: inRepository(spec.file) ?? spec.file }, 'PROJECT');
  const logical = splat.function === undefined ? {} : { logicalLocations: [logicalLocation(splat.function)] };
  // Code scanning shows no results without a file: a splat that names none is shown where its case is specified.
  const location = source === undefined ? specLocation : physical(source, 'KERNEL');
  return {
    ruleId: ruleId(splat.kind),
    level: splat.kind === 'warning' ? 'warning' : 'error',
    message: {
      text: [
        plainLine(splat.title),
        ...(splat.blame === undefined ? [] : [plainText(splat.blame)]),
        `Seen in ${seen.join(', ')}.`,
        splat.lines.map(plainText).join('\n'),
      ].join('\n\n'),
    },
    locations: [{ ...location, ...logical }],
    relatedLocations:
      specLocation === undefined
        ? []
        : [{ id: 1, message: { text: `the spec of ${describeCase(result)}` }, ...specLocation }],
    ...renderStack(splat),
    // The same bug keeps its title even if lines move around it.
    partialFingerprints: { 'kgateSplat/v1': plainLine(`${splat.kind} ${splat.title}`) },
    occurrenceCount: occurrences.length,
  };
}

function renderStack({ frames = [] }: Splat): { readonly stacks?: readonly object[] } {
  if (frames.length === 0) return {};
  const rendered = frames.map(({ function: name, file, line }) => ({
    location: {
      ...(file === undefined || line === undefined ? {} : physical({ file, line }, 'KERNEL')),
      logicalLocations: [logicalLocation(name)],
    },
  }));
  return { stacks: [{ message: { text: 'The kernel’s call trace, innermost first.' }, frames: rendered }] };
}

function physical({ file, line }: SourcePlace, uriBaseId: 'KERNEL' | 'PROJECT'): object {
  const absolute = file.startsWith('/');
  const parts = file.toWellFormed().split('/');
  const uri = `${absolute ? 'file://' : ''}${parts.map(encodeURIComponent).join('/')}`;
  return {
    physicalLocation: {
      artifactLocation: { uri, ...(absolute ? {} : { uriBaseId }) },
      region: { startLine: Math.max(1, line) },
    },
  };
}

const logicalLocation = (name: string) => ({ name: plainLine(name), kind: 'function' });

const describeCase = ({ spec, case: name, arch, kernel }: CaseResult): string =>
  plainLine(`${spec} › ${name} [${arch} ${kernel}]`);

const ruleId = (kind: string): string => `kernel/${plainLine(kind)}`;

const describeKind = (kind: string): string => `The kernel reported: ${plainLine(kind)}.`;

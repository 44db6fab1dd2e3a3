// The public interface, name by name: what is not listed here may change in any release.

export { ARCH_NAMES, type Accelerator, type ArchName, type MachineShape } from './arch/architecture.ts';
export {
  BuildError,
  HostError,
  InfraError,
  InternalError,
  InterruptedError,
  KgateError,
  UsageError,
} from './errors.ts';
export type { EventSink, KgateEvent, KernelStep } from './events.ts';

export { loadKernelDefinition, type KernelDefinition } from './kernel/definition.ts';
export { buildKernel, type BuildKernelOptions } from './kernel/build-kernel.ts';
export type { BuiltKernel, KernelRole } from './kernel/kernel.ts';
export { buildImage, type BuildImageOptions } from './image/build-image.ts';
export type { BuiltImage, CompiledProgram } from './image/image.ts';
export { findSplats } from './console/find-splats.ts';
export type { Splat, SplatKind } from './console/splat.ts';

export { loadSpecs } from './spec/load-specs.ts';
export type { Spec, SpecCase } from './spec/spec.ts';
export { specJsonSchema } from './spec/json-schema.ts';

export { findProject, type Project } from './run/project.ts';
export { loadSuite, type Suite } from './run/load-suite.ts';
export { planSuite, type PlannedSuite, type RunRequest } from './run/plan-suite.ts';
export type { PlannedCase } from './run/plan.ts';
export { createHostMachinery, type HostMachineryOptions } from './run/host-machinery.ts';
export type { Machinery } from './run/machinery.ts';
export { hostLimits } from './run/limits.ts';
export type { PoolLimits } from './run/guest-pool.ts';
export { runPlan, type FinishedRun, type RunOptions } from './run/run.ts';
export {
  runRecordSchema,
  type CaseResult,
  type Outcome,
  type RunRecord,
  type Verdict,
} from './run/record.ts';

export { collectCoverage, type CollectCoverageOptions } from './coverage/collect-coverage.ts';
export { coverageRecordSchema, type CoverageRecord } from './coverage/coverage-record.ts';
export { findAddedLines, type AddedLine, type AddedLines } from './series/added-lines.ts';

export { createAppendedProgress } from './report/appended-progress.ts';
export { findFormat, reportFormats, type RenderStyle, type ReportFormat } from './report/formats.ts';
export { loadRecordedRun, type RecordedRun, type RecordedRunPlaces } from './report/recorded-run.ts';
export { createTerminalSummary } from './report/terminal-summary.ts';

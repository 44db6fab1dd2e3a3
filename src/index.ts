// The public interface, name by name: what is not listed here may change in any release.

export type { Accelerator, MachineShape } from './arch/architecture.ts';
export { ARCH_NAMES, type ArchName } from './arch/architectures.ts';
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

export { loadKernelDefinition, type KernelDefinition } from './kernel/definition/definition.ts';
export { buildKernel, type BuildKernelOptions } from './kernel/build/build-kernel.ts';
export type { BuiltKernel, KernelRole } from './kernel/definition/kernel.ts';
export { buildImage, type BuildImageOptions } from './image/build-image.ts';
export type { BuiltImage, CompiledProgram } from './image/image.ts';
export { findSplats } from './console/splats/find-splats.ts';
export type { Splat, SplatKind } from './console/splats/splat.ts';

export { loadSpecs } from './spec/load-specs.ts';
export type { Spec, SpecCase } from './spec/spec.ts';
export { specJsonSchema } from './spec/json-schema.ts';

export { findProject, type Project } from './run/project/project.ts';
export { loadSuite, type Suite } from './run/project/load-suite.ts';
export { planSuite, type PlannedSuite, type RunRequest } from './run/plan-suite.ts';
export type { PlannedCase } from './run/plan/plan.ts';
export { createHostBackend, type HostBackendOptions } from './run/execute/host-backend.ts';
export type { Backend } from './run/execute/backend.ts';
export { hostLimits } from './run/pool/limits.ts';
export type { PoolLimits } from './run/pool/job-pool.ts';
export { runPlan, type FinishedRun, type RunOptions } from './run/run.ts';
export {
  runRecordSchema,
  type CaseResult,
  type Outcome,
  type RunRecord,
  type Verdict,
} from './run/record/record.ts';

export { collectCoverage, type CollectCoverageOptions } from './coverage/collect-coverage.ts';
export { coverageRecordSchema, type CoverageRecord } from './coverage/coverage-record.ts';
export { findAddedLines, type AddedLine, type AddedLines } from './series/patches/added-lines.ts';

export { createAppendedProgress } from './report/progress/appended-progress.ts';
export { findFormat, reportFormats } from './report/formats/formats.ts';
export type { RenderStyle, ReportFormat } from './report/formats/report-format.ts';
export { loadRecordedRun, type RecordedRun, type RecordedRunPlaces } from './report/recorded/recorded-run.ts';
export { createTerminalSummary } from './report/terminal/terminal-summary.ts';

import type { PlannedCase } from '../plan/plan.ts';

/** The place of a case's files below a part of the run's folder, without their extensions. */
export const casePath = ({ kernel, arch, spec, case: name, repeat }: PlannedCase): string =>
  `${kernel}/${arch}/${spec}/${name}${repeat > 1 ? `.${repeat}` : ''}`;

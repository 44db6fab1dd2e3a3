import type { PlannedCase } from '../../run/plan/plan.ts';
import { caseKey, type KernelPair } from './gated-cases.ts';

/**
 * A plan of two kernels, reordered by architecture, spec and case, with the two kernels of each case side by side. They
 * take turns going first: whatever the order does to a guest, it does to both kernels alike.
 */
export function takeTurns(plan: readonly PlannedCase[], { base, patched }: KernelPair): PlannedCase[] {
  const executions = Map.groupBy(plan, (planned) => `${caseKey(planned)} ${planned.repeat}`);
  return [...Map.groupBy(executions.values(), ([planned]) => planned?.arch).values()].flatMap((ofArch) =>
    ofArch.flatMap((pair, index) => {
      const inOrder = [base, patched].flatMap((id) => pair.filter(({ kernel }) => kernel === id));
      return index % 2 === 0 ? inOrder : inOrder.toReversed();
    }),
  );
}

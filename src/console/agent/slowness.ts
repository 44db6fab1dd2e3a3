/** How long the agent's fixed loop takes on the reference, a desktop processor of the 2020s without emulation. */
const REFERENCE_SPEED_NS = 3_000_000;
/** A debug kernel under emulation is about ten times slower; beyond this the host was busy when it was measured. */
const SLOWNESS_MAX = 20;

/**
 * How many times slower than the reference a guest is, from the `speedNs` that its agent measured; at least 1, so a
 * fast machine's deadlines are those in the spec.
 */
export function slownessOf(speedNs: number): number {
  return Math.min(SLOWNESS_MAX, Math.max(1, speedNs / REFERENCE_SPEED_NS));
}

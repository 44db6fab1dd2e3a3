import { createNameMatcher } from '../kernel-text/name-matcher.ts';

/** A task waiting for these hangs because of another task, so all of them are one problem. */
const ANCHORS: readonly (readonly [part: string, name: string | undefined])[] = [
  ['rtnl_lock', undefined],
  ['synchronize_rcu', 'synchronize_rcu'],
  ['synchronize_srcu', 'synchronize_rcu'],
  ['synchronize_net', 'synchronize_rcu'],
  ['synchronize_sched', 'synchronize_rcu'],
];

const isWaiting = createNameMatcher(`
  *sched* *_lock* *_slowlock* *down* *rwsem* *completion* *kthread* *wait* *synchronize* *context_switch* *__switch_to*
  *cancel_delayed_work* *rcu_barrier*
`);

/** A task that ends has this as its last function: no helper here, unlike in the stack of what made it end. */
const ENDING = 'do_exit';

/** The function in which a task hangs, from its stack: the one that waits, not the means of waiting. */
export function findHungFunction(
  names: readonly string[],
  isHelper: (name: string) => boolean,
): string | undefined {
  for (const name of names) {
    const anchor = ANCHORS.find(([part]) => name.includes(part));
    if (anchor !== undefined) return anchor[1] ?? name;
  }
  return names.find((name) => name === ENDING || (!isWaiting(name) && !isHelper(name)));
}

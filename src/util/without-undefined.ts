/** Properties that may be undefined become optional ones; all others stay. */
export type WithoutUndefined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A copy without undefined properties, as `exactOptionalPropertyTypes` requires. */
export function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  const defined = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as WithoutUndefined<T>;
}

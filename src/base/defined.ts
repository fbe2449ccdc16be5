/** Optional members: present or absent, never there with the value undefined. */

/** The members of T; those that may be undefined become optional instead. */
export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined members. */
export function defined<T extends object>(members: T): Defined<T> {
  // Entries of T without the undefined ones are what Defined<T> says; the compiler cannot follow Object.entries.
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}

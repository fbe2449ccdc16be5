/** Optional members: present or absent, never there with the value undefined. */

/** The members of T; those that may be undefined become optional instead. */
export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined members. */
export function defined<T extends object>(members: T): Defined<T> {
  const result: Partial<T> = {};
  // By far the quickest way, and replies are made of it.
  for (const name in members) if (members[name] !== undefined) result[name] = members[name];
  // What is left is what Defined<T> says; the compiler cannot follow the loop.
  return result as object as Defined<T>;
}

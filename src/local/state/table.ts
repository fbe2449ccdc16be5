/** A collection of entities by key, with secondary indexes, that can undo what a transaction did. */

/** What an index finds an entity by: one value, several, or none (the entity is not in it). */
export type IndexValue = string | readonly string[] | undefined;

/** Values that an entity is found by besides its key: index name -> the entity's value in it. */
export type Indexes<T> = Readonly<Record<string, (entity: T) => IndexValue>>;

/** One change of a transaction, for the journal and for those who watch the state. */
export interface Change {
  readonly table: string;
  readonly key: string;
  /** Undefined: deleted. */
  readonly entity: unknown;
  /** As it was before; undefined: it is new. */
  readonly former?: unknown;
}

/** Says whether a change may be made now, and takes note of it. */
export interface TransactionGuard {
  readonly isOpen: boolean;
  /** Called by a table with its first change in a transaction. */
  readonly touch: (table: TouchedTable) => void;
}

/** What the store does with a table that a transaction changed. */
export interface TouchedTable {
  changes(): readonly Change[];
  accept(): void;
  rollback(): void;
}

/** Told of each change of a row as it is made, and again, the other way round, when a transaction takes it back. */
export type RowObserver<T> = (former: T | undefined, row: T | undefined) => void;

interface Index<T> {
  readonly name: string;
  readonly of: (entity: T) => IndexValue;
  /** Keys of the entities by their value. */
  readonly keys: Map<string, Set<string>>;
}

/** Entities of one kind. Reading is free; writing needs an open transaction of the store. */
export class Table<T extends object> implements TouchedTable {
  readonly name: string;
  readonly #guard: TransactionGuard;
  readonly #rows = new Map<string, T>();
  readonly #indexes: readonly Index<T>[];
  readonly #observers: RowObserver<T>[] = [];
  /** Former values of the rows that the open transaction changed. */
  readonly #undo = new Map<string, T | undefined>();

  constructor(name: string, guard: TransactionGuard, indexes: Indexes<T> = {}) {
    this.name = name;
    this.#guard = guard;
    this.#indexes = Object.entries(indexes).map(([index, of]) => ({
      name: index,
      of,
      keys: new Map(),
    }));
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): T | undefined {
    return this.#rows.get(key);
  }

  /** All entities in the order of their creation. */
  values(): IterableIterator<T> {
    return this.#rows.values();
  }

  /** The entities whose value in the index is `value`, in the order of their creation. */
  by(index: string, value: string): readonly T[] {
    const found: T[] = [];
    for (const key of this.#index(index).keys.get(value) ?? []) {
      const row = this.#rows.get(key);
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  /** How many entities have `value` in the index. */
  count(index: string, value: string): number {
    return this.#index(index).keys.get(value)?.size ?? 0;
  }

  /** Adds or replaces an entity. */
  put(key: string, entity: T): void {
    this.#note(key);
    this.#set(key, entity);
  }

  delete(key: string): void {
    this.#note(key);
    this.#set(key, undefined);
  }

  /** Calls the observer with every change from now on: for figures that are kept up to date rather than counted anew. */
  observe(observer: RowObserver<T>): void {
    this.#observers.push(observer);
  }

  /** Puts an entity as the journal had it, outside of any transaction. */
  restore(key: string, entity: T): void {
    this.#set(key, entity);
  }

  /** What the open transaction changed so far. */
  changes(): readonly Change[] {
    return Array.from(this.#undo, ([key, former]) => ({
      table: this.name,
      key,
      entity: this.#rows.get(key),
      former,
    }));
  }

  /** Ends the transaction, keeping its changes. */
  accept(): void {
    this.#undo.clear();
  }

  /** Ends the transaction and takes its changes back. */
  rollback(): void {
    for (const [key, former] of this.#undo) this.#set(key, former);
    this.#undo.clear();
  }

  #note(key: string): void {
    if (!this.#guard.isOpen)
      throw new Error(`table ${this.name} was written outside of a transaction`);
    if (this.#undo.size === 0) this.#guard.touch(this);
    if (!this.#undo.has(key)) this.#undo.set(key, this.#rows.get(key));
  }

  #set(key: string, entity: T | undefined): void {
    const former = this.#rows.get(key);
    for (const index of this.#indexes) {
      const before = former === undefined ? undefined : index.of(former);
      const after = entity === undefined ? undefined : index.of(entity);
      if (before === after || sameValues(before, after)) continue;
      const kept = new Set(valuesOf(after));
      for (const value of valuesOf(before)) if (!kept.has(value)) removeKey(index, value, key);
      for (const value of kept) addKey(index, value, key);
    }
    if (entity === undefined) this.#rows.delete(key);
    else this.#rows.set(key, entity);
    for (const observer of this.#observers) observer(former, entity);
  }

  #index(name: string): Index<T> {
    const index = this.#indexes.find((candidate) => candidate.name === name);
    if (index === undefined) throw new Error(`table ${this.name} has no index ${name}`);
    return index;
  }
}

function sameValues(before: IndexValue, after: IndexValue): boolean {
  return (
    typeof before === 'object' &&
    typeof after === 'object' &&
    before.length === after.length &&
    before.every((value, index) => value === after[index])
  );
}

function valuesOf(value: IndexValue): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function addKey<T>(index: Index<T>, value: string, key: string): void {
  const keys = index.keys.get(value);
  if (keys === undefined) index.keys.set(value, new Set([key]));
  else keys.add(key);
}

function removeKey<T>(index: Index<T>, value: string, key: string): void {
  const keys = index.keys.get(value);
  keys?.delete(key);
  if (keys?.size === 0) index.keys.delete(value);
}

/** Which members of an SDK's structures are enums, read from its type declarations: the schemas do not say. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StaticOperationSchema } from '@smithy/types';
import { NormalizedSchema } from '@smithy/core/schema';

/** The text of the package's model declarations, without comments. */
export function modelDeclarations(packageName: string): string {
  const entry = fileURLToPath(import.meta.resolve(packageName));
  const folder = `${entry.slice(0, entry.lastIndexOf('/dist-'))}/dist-types/models/`;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => readFileSync(folder + file, 'utf8'))
    .join('\n')
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
}

/** `StructName.memberName` of each enum member, with the name of its enum. */
export function enumMembers(declarations: string): ReadonlyMap<string, string> {
  const enums = new Set(
    [...declarations.matchAll(/^export declare const (\w+): \{/gm)].map(([, name]) => name),
  );
  const members = new Map<string, string>();
  let struct = '';
  for (const line of declarations.split('\n')) {
    const opening = /^export (?:interface|declare namespace) (\w+)/.exec(line);
    if (opening !== null) struct = opening[1] ?? '';
    else if (line.startsWith('}')) struct = '';
    const [, name, type] = /^\s+(\w+)\??: (.*);$/.exec(line) ?? [];
    if (struct === '' || name === undefined || type === undefined) continue;
    const table = type.match(/\w+/g)?.find((word) => enums.has(word));
    if (table !== undefined) members.set(`${struct}.${name}`, table);
  }
  return members;
}

/** `StructName.memberName` of everything that the inputs of the operations can hold. */
export function inputMembers(operations: Iterable<StaticOperationSchema>): ReadonlySet<string> {
  const members = new Set<string>();
  const visit = (schema: NormalizedSchema): void => {
    if (schema.isListSchema() || schema.isMapSchema()) visit(schema.getValueSchema());
    if (!schema.isStructSchema()) return;
    for (const [name, member] of schema.structIterator()) {
      const key = `${String(schema.getName())}.${name}`;
      if (members.has(key)) continue;
      members.add(key);
      visit(member);
    }
  };
  for (const operation of operations) visit(NormalizedSchema.of(operation[4]));
  return members;
}

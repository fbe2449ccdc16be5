/** Legal values of enum members: the SDK's schemas say only "string", so an API names the table of each member. */

/** An enum as the SDK exports it: `{ FARGATE: 'FARGATE', ... }`. */
export type EnumTable = Readonly<Record<string, string>>;

/**
 * Builds ServiceApi.enums from the SDK's enum tables, grouped by structure:
 * `{ CreateServiceRequest: { launchType: LaunchType } }` gives `CreateServiceRequest.launchType` its values. For a list of
 * enum values the member's table says what each element may be.
 */
export function enumValues(
  tables: Readonly<Record<string, Readonly<Record<string, EnumTable>>>>,
): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [struct, members] of Object.entries(tables)) {
    for (const [member, table] of Object.entries(members))
      values.set(`${struct}.${member}`, Object.values(table));
  }
  return values;
}

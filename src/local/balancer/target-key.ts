/** The name of a target within its group, as cookies carry it. */
export function targetKey(target: { readonly id: string; readonly port: number }): string {
  return `${target.id}:${target.port}`;
}

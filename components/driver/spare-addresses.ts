export type Kind = "v4" | "shared_v4" | "v6";

/** A public address of an app. */
export interface Address {
  type: Kind;
  address: string;
  createdAt: string;
}

/**
 * The addresses to release after a run that allocated some: another run looked at the same time, found none either, and
 * allocated its own. Both runs keep the oldest one of a kind. Addresses from before the run are kept.
 */
export function spareAddresses(before: readonly Address[], now: readonly Address[]): Address[] {
  const isNew = (type: Kind): boolean => before.every((each) => each.type !== type);
  const byAge = (a: Address, b: Address): number =>
    `${a.createdAt} ${a.address}` < `${b.createdAt} ${b.address}` ? -1 : 1;
  return [...Map.groupBy(now, ({ type }) => type)].flatMap(([type, made]) =>
    isNew(type) ? made.toSorted(byAge).slice(1) : [],
  );
}

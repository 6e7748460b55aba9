import type { StandIn } from "../stand-in.ts";
import { credentialRefusals } from "./refusals.ts";

/** Reports what the plugin would refuse about an ObjectStore. */
export const objectStores: StandIn = {
  name: "barman-cloud",
  kind: "ObjectStore",
  wakes: [],
  async reconcile(store, context) {
    const refusals = credentialRefusals(store.spec.configuration ?? {});
    if (refusals.length > 0) await context.event(store, "Warning", "Refused", refusals.join("; "));
    return undefined;
  },
};

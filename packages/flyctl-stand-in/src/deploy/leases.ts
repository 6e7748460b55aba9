import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import type { App, Machine } from "../state/types.ts";

/** Longest wait of flyctl for a lease that another client holds, in seconds. */
const patience = 60;

/** The lease that another client holds on a machine, if it has not expired. */
export function leaseOf(machine: Machine): Machine["lease"] {
  return machine.lease !== undefined && Date.parse(machine.lease.expiresAt) > Date.now() ? machine.lease : undefined;
}

/**
 * Takes the lease of every machine that a deployment updates: it waits for short ones of others and refuses the longer
 * ones. The release command has already run.
 */
export async function acquireLeases(call: Call, machines: readonly Machine[]): Promise<void> {
  holdByFault(call, machines[0]);
  for (const { id } of machines) {
    const lease = leaseIn(call.readApp(), id);
    if (lease === undefined) continue;
    const seconds = (Date.parse(lease.expiresAt) - Date.now()) / 1000;
    if (seconds >= patience)
      throw new FlyError(
        `failed to acquire leases: failed to get lease on VM ${id}: lease currently held by ${lease.owner}, expires at ${lease.expiresAt}`,
      );
    await call.sleep(seconds);
  }
}

/** The fault `leaseHeld`: another client has just taken a lease. */
function holdByFault(call: Call, machine: Machine | undefined): void {
  const seconds = call.deployFaults.leaseHeld ?? 0;
  if (machine === undefined || seconds <= 0) return;
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
  call.updateApp((app) => {
    const found = app.machines.find(({ id }) => id === machine.id);
    if (found !== undefined) found.lease = { owner: "someone@sandbox.example", nonce: "sandbox", expiresAt };
  });
}

function leaseIn(app: App, id: string): Machine["lease"] {
  const machine = app.machines.find((each) => each.id === id);
  return machine === undefined ? undefined : leaseOf(machine);
}

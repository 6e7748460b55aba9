import type { Call } from "../../cli/call.ts";
import { UnknownCommandError } from "../../cli/errors.ts";
import { table } from "../../cli/output.ts";
import { leaseOf } from "../../deploy/leases.ts";
import { changeMachine, chosenMachines, findMachine } from "./choose.ts";

export function leases(call: Call): void {
  const [command = "", ...ids] = call.operands;
  if (command === "view") return view(call, ids);
  if (command === "clear") return clear(call, ids);
  throw new UnknownCommandError(command, "flyctl machine leases");
}

function view(call: Call, ids: readonly string[]): void {
  const chosen = chosenMachines(call, ids);
  const app = call.readApp();
  const held = chosen.flatMap((id) => {
    const lease = leaseOf(findMachine(app, id));
    return lease === undefined ? [] : [{ id, ...lease }];
  });
  // It has no flag --json, and heeds FLY_JSON all the same.
  if (call.env.FLY_JSON === "1") {
    const shown = held.map(({ id, owner, nonce, expiresAt }) => {
      const data = { nonce, expires_at: Math.ceil(Date.parse(expiresAt) / 1000), owner, description: "" };
      return [id, { status: "success", data }] as const;
    });
    return call.printJson(Object.fromEntries(shown));
  }
  if (held.length === 0) return call.out("No leases found\n");
  const rows = held.map(({ id, nonce, owner, expiresAt }) => [id, nonce, owner, "success", expiresAt]);
  call.out(table("", rows, ["Machine", "Nonce", "Status", "Owner", "Expires"]));
}

function clear(call: Call, ids: readonly string[]): void {
  for (const id of chosenMachines(call, ids)) {
    if (leaseOf(findMachine(call.readApp(), id)) === undefined) continue;
    call.out(`clearing lease for machine ${id}\n`);
    changeMachine(call, id, (machine) => delete machine.lease);
  }
  call.out("Lease(s) cleared\n");
}

import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { spareAddresses, type Address, type Kind } from "../spare-addresses.ts";
import type { Step } from "./step.ts";

const list = z.array(
  z.object({ Address: z.string(), Type: z.string(), Region: z.string().nullish(), CreatedAt: z.string().default("") }),
);

/** The command that allocates each kind. An address without a region is anycast. */
const allocate: Record<Kind, readonly string[]> = {
  v6: ["allocate-v6"],
  shared_v4: ["allocate-v4", "--shared"],
  v4: ["allocate-v4", "--yes"],
};

const names: Record<Kind, string> = { v6: "IPv6", shared_v4: "shared IPv4", v4: "dedicated IPv4" };

/** The public addresses, in a stable order. */
async function publicAddresses(fly: Flyctl, app: string): Promise<Address[]> {
  const found = list.parse(JSON.parse(await fly.run(["ips", "list", "--app", app, "--json"])));
  return found
    .filter(({ Type, Region }) => Type in allocate && ["", "global"].includes(Region ?? ""))
    .map(({ Type, Address, CreatedAt }) => ({ type: Type as Kind, address: Address, createdAt: CreatedAt }))
    .sort((a, b) => `${a.type} ${a.address}`.localeCompare(`${b.type} ${b.address}`));
}

export const addresses: Step = {
  async converge(run) {
    const app = input("APP");
    const wanted: Kind[] = ["v6", input("IPV4") === "dedicated" ? "v4" : "shared_v4"];
    const fly = new Flyctl(run, app);
    const before = await fly.preflightBeside(() => publicAddresses(fly, app));
    let present = before;
    const has = (kind: Kind): boolean => present.some(({ type }) => type === kind);
    const missing = wanted.filter((each) => !has(each));
    for (const kind of missing) {
      const args = ["ips", ...allocate[kind], "--app", app];
      const made = await fly.attempt(args, { timeoutSeconds: 120 });
      if (made.ok && kind !== missing.at(-1)) continue;
      // A failed call may have allocated an address, and a second call would allocate, and bill, another one.
      present = await publicAddresses(fly, app);
      if (!made.ok && !has(kind)) throw fly.problem(args, made);
    }
    for (const kind of missing.filter((each) => !has(each)))
      throw new StepProblem(
        `app ${app}`,
        `Fly made the address (${names[kind]}) and does not list it yet`,
        `Wait until \`fly ips list --app ${app}\` shows it, so that it is not made twice, and run \`pulumi up\` again`,
      );
    for (const { type, address } of spareAddresses(before, present)) {
      fly.show(`${address}, ${names[type]}, was made twice, by another run at the same time; releasing it`);
      await release(fly, app, address);
      present = present.filter((each) => each.address !== address);
    }
    for (const { type, address } of present.filter((each) => !wanted.includes(each.type))) {
      fly.show(
        `${address}, ${names[type]}, is not asked for any more. ` +
          `When no DNS record has it, give it back: \`fly ips release ${address} --app ${app}\`.`,
      );
    }
    return { addresses: present.map(({ type, address }) => ({ type, address })) };
  },
};

/** Releases an address. The other run may have done so. */
async function release(fly: Flyctl, app: string, address: string): Promise<void> {
  const args = ["ips", "release", address, "--app", app];
  const result = await fly.attempt(args);
  if (!result.ok && (await publicAddresses(fly, app)).some((each) => each.address === address))
    throw fly.problem(args, result);
}

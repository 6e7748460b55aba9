import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Step } from "./step.ts";

type Kind = "v4" | "shared_v4" | "v6";

const list = z.array(z.object({ Address: z.string(), Type: z.string(), Region: z.string().nullish() }));

/** The command that allocates each kind. An address without a region is anycast. */
const allocate: Record<Kind, readonly string[]> = {
  v6: ["allocate-v6"],
  shared_v4: ["allocate-v4", "--shared"],
  v4: ["allocate-v4", "--yes"],
};

const names: Record<Kind, string> = { v6: "IPv6", shared_v4: "shared IPv4", v4: "dedicated IPv4" };

interface Address {
  type: Kind;
  address: string;
}

/** The public addresses, in a stable order. */
async function publicAddresses(fly: Flyctl, app: string): Promise<Address[]> {
  const found = list.parse(JSON.parse(await fly.run(["ips", "list", "--app", app, "--json"])));
  return found
    .filter(({ Type, Region }) => Type in allocate && ["", "global"].includes(Region ?? ""))
    .map(({ Type, Address }) => ({ type: Type as Kind, address: Address }))
    .sort((a, b) => `${a.type} ${a.address}`.localeCompare(`${b.type} ${b.address}`));
}

export const addresses: Step = {
  async converge(run) {
    const app = input("APP");
    const wanted: Kind[] = ["v6", input("IPV4") === "dedicated" ? "v4" : "shared_v4"];
    const fly = new Flyctl(run, app);
    let present = await fly.preflightBeside(() => publicAddresses(fly, app));
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
    for (const { type, address } of present.filter((each) => !wanted.includes(each.type))) {
      fly.show(
        `${address}, ${names[type]}, is not asked for any more. ` +
          `When no DNS record has it, give it back: \`fly ips release ${address} --app ${app}\`.`,
      );
    }
    return { addresses: present };
  },
};

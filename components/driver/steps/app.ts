import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { isOrganization, organizationSchema, type Organization } from "../organization.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Step } from "./step.ts";

const status = z.object({ Organization: organizationSchema });
const list = z.array(z.object({ Name: z.string(), Organization: organizationSchema }));

/** The app's organization; null if the app does not exist or the token cannot read it. */
async function organizationOf(fly: Flyctl, app: string): Promise<Organization | null> {
  // The first command can fail for any reason: only a list without the app proves that it does not exist.
  const [{ ok, stdout }, listed] = await fly.attemptBeside(
    ["status", "--app", app, "--json"],
    ["apps", "list", "--json"],
  );
  if (ok) return status.parse(JSON.parse(stdout)).Organization;
  const apps = list.parse(JSON.parse(listed()));
  return apps.find(({ Name }) => Name === app)?.Organization ?? null;
}

export const app: Step = {
  async converge(run) {
    const name = input("APP");
    const organization = input("ORGANIZATION");
    const fly = new Flyctl(run, name);
    const owner = await fly.preflightBeside(() => organizationOf(fly, name));
    if (owner === null) {
      const isMade = async (): Promise<boolean> => {
        const maker = await organizationOf(fly, name);
        return maker !== null && isOrganization(maker, organization);
      };
      await fly.create(["apps", "create", name, "--org", organization], isMade);
    } else if (!isOrganization(owner, organization)) {
      throw new StepProblem(
        `app ${name}`,
        `belongs to the organization ${owner.Slug}, not to ${organization}`,
        "Correct chatwoot:fly.organization, or choose another chatwoot:fly.app",
      );
    }
    return { app: name, adopted: owner !== null };
  },

  async remove(run) {
    const name = input("APP");
    const fly = new Flyctl(run, name);
    const owner = await fly.preflightBeside(() => organizationOf(fly, name));
    if (owner !== null) await fly.run(["apps", "destroy", name, "--yes"], { timeoutSeconds: 300 });
  },
};

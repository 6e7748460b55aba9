import type { Call } from "../cli/call.ts";
import { FlyError, machinesApiError, nonInteractive, yesRequired } from "../cli/errors.ts";
import { json, org, yes } from "../cli/flags.ts";
import { table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { addOnId } from "../state/ids.ts";
import type { App, State } from "../state/types.ts";
import { appStatus, appView, rawSlug } from "./apps-view.ts";
import { failedQuery, queries } from "./queries.ts";

const none = { session: true, app: "none" } as const;

const orgOfSlug = ({ orgs }: State, slug: string): string | undefined =>
  orgs.find((each) => each === slug || rawSlug(each) === slug);

/** The organization of a command. Without a flag and with several organizations it is an error, because prompts are not possible. */
export function chooseOrg(call: Call, state: State): string {
  const slug = call.org;
  if (slug !== "") {
    const known = orgOfSlug(state, slug);
    if (known === undefined) throw new FlyError(`organization ${slug} not found`);
    return known;
  }
  const [only, ...others] = state.orgs;
  if (only === undefined || others.length > 0) {
    throw nonInteractive("org slug must be specified when not running interactively");
  }
  call.err(`automatically selected personal organization: ${only}\n`);
  return only;
}

function create(call: Call): void {
  const [operand = ""] = call.operands;
  const flag = call.flags.string("name");
  if (operand !== "" && flag !== "" && operand !== flag) {
    throw new FlyError(`two app names specified ${operand} and ${flag}, only one may be specified`);
  }
  const name = operand === "" ? flag : operand;
  if (name === "") throw nonInteractive("name argument or flag must be specified when not running interactively");
  const app = call.store.update((state) => {
    const slug = chooseOrg(call, state);
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
      throw machinesApiError("Validation failed: Name may only contain numbers, lowercase letters and dashes");
    }
    if (state.apps[name] !== undefined || state.otherOrgApps.includes(name)) {
      throw machinesApiError("Validation failed: Name has already been taken", {
        description:
          "App names are unique across all of Fly.io, not just your organization, so this name may be held by an app you cannot see. Try a different name.",
      });
    }
    const created = newApp(name, slug, call.flags.string("network"));
    state.apps[name] = created;
    return created;
  });
  if (call.json) call.printJson(appView(app));
  else call.out(`New app created: ${name}\n`);
}

const newApp = (name: string, slug: string, network: string): App => ({
  id: addOnId(),
  name,
  org: slug,
  network,
  createdAt: new Date().toISOString(),
  deployed: false,
  secretsVersion: 0,
  secretHistory: [],
  machines: [],
  releases: [],
  ips: [],
  certificates: [],
  volumes: [],
  logs: [],
});

function list(call: Call): void {
  const state = call.store.read();
  const slug = call.org === "" ? "" : orgOfSlug(state, call.org);
  if (slug === undefined) throw new FlyError("error getting organization: Could not find Organization");
  const apps = Object.values(state.apps).filter((app) => slug === "" || app.org === slug);
  if (call.json) return call.printJson(apps.map(appView));
  const quiet = call.flags.bool("quiet");
  if (apps.length === 0) return quiet ? undefined : call.out("No apps found\n");
  if (quiet)
    return call.out(
      table(
        "",
        apps.map((app) => [app.name]),
      ),
    );
  const rows = apps.map((app) => [app.name, app.org, appStatus(app), app.releases.at(-1)?.createdAt ?? ""]);
  call.out(table("", rows, ["Name", "Owner", "Status", "Latest Deploy"]));
}

/** Moving shuts the machines down and starts them again in the other organization. */
function move(call: Call): void {
  const [name = ""] = call.operands;
  const slug = call.store.update((state) => {
    const app = state.apps[name];
    if (app === undefined) throw new FlyError("failed fetching app: Could not find App");
    const wanted = chooseOrg(call, state);
    if (!call.flags.bool("yes")) throw yesRequired();
    app.org = wanted;
    return wanted;
  });
  call.out(`successfully moved ${name} to ${slug}\n`);
}

function destroy(call: Call): void {
  if (call.operands.length === 0) throw new FlyError("no app names provided");
  for (const name of call.operands) {
    if (!call.flags.bool("yes")) {
      call.err("Destroying an app is not reversible.\n");
      throw yesRequired();
    }
    call.store.update((state) => {
      if (state.apps[name] === undefined) throw failedQuery(queries.app, "Could not find App");
      delete state.apps[name];
      // Redis databases and buckets are kept.
      for (const bucket of Object.values(state.buckets)) if (bucket.app === name) bucket.app = "";
    });
    call.configFolder.setMinimumSecretsVersion(name, null);
    call.out(`Destroyed app ${name}\n`);
  }
}

export const appsCommands: readonly CommandSpec[] = [
  {
    path: "apps create",
    operands: "<app name>",
    short: "Create a new application.",
    flags: [
      { name: "name", type: "string", usage: "The app name to use" },
      { name: "network", type: "string", usage: "Specify custom network id" },
      yes,
      org,
      json,
    ],
    args: { kind: "between", least: 0, most: 1 },
    ...none,
    mutating: true,
    run: create,
  },
  {
    path: "apps list",
    short: "List applications.",
    aliases: ["ls"],
    flags: [json, org, { name: "quiet", short: "q", type: "bool", usage: "Only list app names" }],
    args: { kind: "any" },
    ...none,
    mutating: false,
    run: list,
  },
  {
    path: "apps move",
    operands: "<app name>",
    short: "Move an app to another organization.",
    flags: [yes, org],
    args: { kind: "exactly", count: 1 },
    ...none,
    mutating: true,
    run: move,
  },
  {
    path: "apps destroy",
    operands: "<app name(s)>",
    short: "Permanently destroy one or more apps.",
    aliases: ["delete", "remove", "rm"],
    flags: [yes],
    args: { kind: "any" },
    ...none,
    mutating: true,
    run: destroy,
  },
];

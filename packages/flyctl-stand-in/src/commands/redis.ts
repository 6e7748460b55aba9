import type { Call } from "../cli/call.ts";
import { FlyError, nonInteractive, yesRequired } from "../cli/errors.ts";
import { org, region, yes } from "../cli/flags.ts";
import { table, verticalTable } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import * as ids from "../state/ids.ts";
import type { Redis } from "../state/types.ts";
import { chooseOrg } from "./apps.ts";
import { requireRegion } from "./regions.ts";

const payAsYouGo = { id: "ekQ85Yjkw155ohQ5ALYq0M", name: "Pay-as-you-go", size: "100 GB", price: "Free" };
const plans = [
  payAsYouGo,
  { id: "fixed250mb0000000000001", name: "Fixed 250MB", size: "250 MB", price: "$10/mo" },
  { id: "fixed1gb000000000000001", name: "Fixed 1GB", size: "1 GB", price: "$20/mo" },
  { id: "fixed5gb000000000000001", name: "Fixed 5GB", size: "5 GB", price: "$100/mo" },
];
const removedPlans = ["pro_2k", "pro_10k", "starter", "standard"];

/** A missing flag would be a prompt, which is not possible here. */
function create(call: Call): void {
  const { flags } = call;
  const planName = flags.string("plan");
  if (removedPlans.includes(planName.toLowerCase().replaceAll(" ", "_"))) {
    throw new FlyError(`plan "${planName}" is no longer available for new databases. Please choose a current plan`);
  }
  const slug = chooseOrg(call, call.store.read());
  const name = flags.string("name");
  if (name === "") throw nonInteractive();
  const primary = requireRegion(call.region);
  if (!flags.bool("enable-eviction") && !flags.bool("disable-eviction")) {
    call.out(
      "\nUpstash Redis can evict objects when memory is full. This is useful when caching in Redis. This setting can be changed later.\nLearn more at https://fly.io/docs/reference/redis/#memory-limits-and-object-eviction-policies\n\n",
    );
    throw nonInteractive();
  }
  const plan = planName === "" ? payAsYouGo : plans.find((each) => [each.name, each.id].includes(planName));
  if (plan === undefined) throw new FlyError(`plan "${planName}" not found`);
  const fixed = plan.name.startsWith("Fixed ");
  if (fixed && !flags.given("enable-auto-upgrade")) {
    call.out(
      "\nAuto-upgrade automatically switches to a higher plan when you hit resource limits.\nThis setting can be changed later.\n\n",
    );
    throw nonInteractive();
  }
  if (!flags.given("enable-prodpack")) throw nonInteractive();
  if (!flags.bool("no-replicas")) {
    throw nonInteractive("regions codes must be specified in a comma-separated when not running interactively");
  }
  const redis: Redis = {
    id: ids.addOnId(),
    name,
    org: slug,
    region: primary,
    readRegions: [],
    plan: plan.name,
    eviction: flags.bool("enable-eviction"),
    autoUpgrade: fixed && flags.bool("enable-auto-upgrade"),
    prodPack: flags.bool("enable-prodpack"),
    url: `redis://default:${ids.password()}@fly-${name}.upstash.io:6379`,
    createdAt: new Date().toISOString(),
  };
  call.store.update((state) => {
    if (state.redis[name] !== undefined) throw new FlyError("input: Validation failed: Name has already been taken");
    state.redis[name] = redis;
  });
  call.out(`\nYour database ${name} is ready. Apps in the ${slug} org can connect to Redis at ${redis.url}\n`);
  call.out("\nIf you have redis-cli installed, use fly redis connect to get a Redis console.\n");
  call.out(
    "\nYour database is billed at $0.20 per 100K commands. If you're using Sidekiq or BullMQ, which poll Redis frequently, consider switching to a fixed-price plan. See https://fly.io/docs/reference/redis/#pricing\n",
  );
}

const onOff = (on: boolean): string => (on ? "Enabled" : "Disabled");

function find(call: Call): Redis {
  const redis = call.store.read().redis[call.operands[0] ?? ""];
  if (redis === undefined) throw new FlyError("input: Could not find AddOn");
  return redis;
}

function status(call: Call): void {
  const redis = find(call);
  call.out(
    verticalTable("Redis", [
      ["ID", redis.id],
      ["Name", redis.name],
      ["Plan", redis.plan],
      ["Primary Region", redis.region],
      ["Read Regions", redis.readRegions.length > 0 ? redis.readRegions.join(",") : "None"],
      ["Eviction", onOff(redis.eviction)],
      ["Auto-Upgrade", onOff(redis.autoUpgrade)],
      ["ProdPack", onOff(redis.prodPack)],
      ["Private URL", redis.url],
    ]),
  );
}

function list(call: Call): void {
  const state = call.store.read();
  const slug = call.org;
  if (slug !== "" && !state.orgs.includes(slug)) throw new FlyError("Could not find Organization");
  const rows = Object.values(state.redis)
    .filter((redis) => slug === "" || redis.org === slug)
    .map(({ name, org: owner, plan, eviction, region: at, readRegions }) => [
      name,
      owner,
      plan,
      onOff(eviction),
      at,
      readRegions.join(","),
    ]);
  call.out(table("", rows, ["Name", "Org", "Plan", "Eviction", "Primary Region", "Read Regions"]));
}

function destroy(call: Call): void {
  const [name = ""] = call.operands;
  if (!call.flags.bool("yes")) {
    call.err("Destroying a Redis instance is not reversible.\n");
    throw yesRequired();
  }
  call.store.update((state) => {
    if (state.redis[name] === undefined) throw new FlyError("input: Could not find AddOn");
    delete state.redis[name];
  });
  call.out(`Your Redis database ${name} was destroyed\n`);
}

const one = { kind: "exactly", count: 1 } as const;
const common = { session: true, app: "none" } as const;

export const redisCommands: readonly CommandSpec[] = [
  {
    path: "redis create",
    short: "Create an Upstash Redis database",
    flags: [
      org,
      region,
      { name: "name", short: "n", type: "string", usage: "The name of your Redis database" },
      { name: "plan", type: "string", usage: "The plan for your Redis database (default: pay-as-you-go)" },
      { name: "no-replicas", type: "bool", usage: "Don't prompt for selecting replica regions" },
      { name: "enable-eviction", type: "bool", usage: "Evict objects when memory is full" },
      { name: "disable-eviction", type: "bool", usage: "Disallow writes when memory is full" },
      { name: "enable-auto-upgrade", type: "bool", usage: "Automatically upgrade to a higher plan" },
      { name: "enable-prodpack", type: "bool", usage: "Enable ProdPack add-on ($200/mo)" },
    ],
    args: { kind: "any" },
    ...common,
    mutating: true,
    run: create,
  },
  {
    path: "redis status",
    operands: "<name>",
    short: "Show status of a Redis database",
    flags: [],
    args: one,
    ...common,
    mutating: false,
    run: status,
  },
  {
    path: "redis list",
    short: "List Upstash Redis databases for an organization",
    aliases: ["ls"],
    flags: [org],
    args: { kind: "any" },
    ...common,
    mutating: false,
    run: list,
  },
  {
    path: "redis destroy",
    operands: "<name>",
    short: "Permanently destroy an Upstash Redis database",
    aliases: ["delete"],
    flags: [yes],
    args: one,
    ...common,
    mutating: true,
    run: destroy,
  },
  {
    path: "redis plans",
    short: "List available Redis plans",
    flags: [],
    args: { kind: "any" },
    ...common,
    mutating: false,
    run: (call) => {
      const rows = plans.map((plan) => [plan.name, plan.size, plan.price, ""]);
      call.out(
        "\nRedis databases run on Fly.io, fully managed by Upstash.com.\nOther limits, besides memory, apply to most plans. Learn more at https://fly.io/docs/reference/redis\n\n",
      );
      call.out(table("", rows, ["Name", "Max Data Size", "Price", "Description"]));
    },
  },
];

import type { TomlTable } from "smol-toml";
import { regionMoves } from "../../components/driver/region-moves.ts";
import type { ActualApp, Machine } from "./actual.ts";
import { shown, type Comparison } from "./comparison.ts";
import type { ExpectedApp } from "./expected.ts";
import { rerun } from "./fixes.ts";
import { shortImage } from "../../lib/image-reference.ts";
import { machineImage } from "./image.ts";
import { formatSize, sizeOfGroup } from "./sizes.ts";

/** Compares each process group: number and state of machines, size, image and health checks. */
export function compareMachines(stack: string, expected: ExpectedApp, actual: ActualApp): Comparison[] {
  if (expected.config === undefined) return [];
  const byGroup = Map.groupBy(actual.machines, groupOf);
  const groups = [...new Set([...Object.keys(expected.counts), ...byGroup.keys()])];
  return groups.flatMap((group) => compareGroup(stack, expected, group, byGroup.get(group) ?? []));
}

function compareGroup(stack: string, expected: ExpectedApp, group: string, machines: readonly Machine[]): Comparison[] {
  const { app, steps, config = {} } = expected;
  const count = expected.counts[group] ?? 0;
  const release = rerun(stack, steps, "deployment");
  const row = (what: string, wanted: string, found: string, fix: string): Comparison => ({
    app,
    what: `${group || "other"} ${what}`,
    expected: wanted,
    actual: found,
    fix,
  });
  const rows = [
    row(
      "machines",
      count === 0 ? "none" : `${count} started`,
      statesOf(machines),
      fixForStates(stack, expected, group, machines),
    ),
  ];
  if (count === 0 || machines.length === 0) return rows;

  const region = config["primary_region"];
  if (typeof region === "string") {
    const elsewhere = machines.filter((machine) => machine.region !== region);
    const fix = holdsData(config)
      ? "# a machine with a volume stays in its region: docs/runbooks/disaster-recovery.md"
      : regionMoves(
          app,
          region,
          elsewhere.map((machine) => ({ group, region: machine.region })),
        ).join(" && ");
    rows.push(
      row(
        "region",
        region,
        distinct(machines, (machine) => machine.region),
        fix,
      ),
    );
  }

  const size = sizeOfGroup(config, group);
  if (size !== undefined)
    rows.push(
      row(
        "size",
        size,
        distinct(machines, ({ config: { guest } }) => formatSize(guest, size)),
        release,
      ),
    );
  if (expected.image !== undefined) {
    const { image } = expected;
    rows.push(
      row(
        "image",
        shortImage(image),
        distinct(machines, (machine) => machineImage(machine, image)),
        release,
      ),
    );
  }
  rows.push(row("checks", "passing", checksOf(machines), `npm run ops -- logs --stack ${stack} --group ${group}`));
  return rows;
}

const holdsData = (config: TomlTable): boolean => config["mounts"] !== undefined;

const groupOf = ({ config: { metadata } }: Machine): string =>
  metadata?.["fly_process_group"] ?? metadata?.["process_group"] ?? "";

/** `1 started, 1 stopped`; cordoned machines are listed separately. */
function statesOf(machines: readonly Machine[]): string {
  const counts = new Map<string, number>();
  for (const { state, cordoned } of machines) {
    const name = cordoned ? `${state} without traffic` : state;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (
    [...counts]
      .sort()
      .map(([state, count]) => `${count} ${state}`)
      .join(", ") || "none"
  );
}

/** Stopped machines are started; the scale step corrects a wrong number. */
function fixForStates(
  stack: string,
  { app, steps, counts }: ExpectedApp,
  group: string,
  machines: readonly Machine[],
): string {
  const ids = (which: (machine: Machine) => boolean): string =>
    machines
      .filter(which)
      .map(({ id }) => id)
      .join(" ");
  if (!(group in counts)) return `fly machine destroy ${ids(() => true)} --force --app ${app}`;
  if (machines.length !== counts[group]) return rerun(stack, steps, "scale", machines.length === 0 ? "deployment" : "");
  const idle = ids(({ state }) => state !== "started");
  const cordoned = ids((machine) => machine.cordoned === true);
  return [
    ...(cordoned ? [`fly machine uncordon ${cordoned} --app ${app}`] : []),
    ...(idle ? [`fly machine start ${idle} --app ${app}`] : []),
  ].join(" && ");
}

function checksOf(machines: readonly Machine[]): string {
  const failing = machines
    .filter(({ state }) => state === "started")
    .flatMap(({ id, checks }) =>
      (checks ?? [])
        .filter((check) => check.status !== "passing")
        .map((check) => `${check.name} ${check.status} on ${id}`),
    );
  return failing.length === 0 ? "passing" : failing.join(", ");
}

function distinct(machines: readonly Machine[], text: (machine: Machine) => string): string {
  return [...new Set(machines.map((machine) => shown(text(machine))))].sort().join(", ");
}

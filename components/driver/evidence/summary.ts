import { z } from "zod";

const machine = z.object({
  group: z.string(),
  state: z.string(),
  region: z.string(),
  failingChecks: z.array(z.string()),
});
const accountSchema = z.object({
  step: z.string(),
  beganAt: z.string(),
  endedAt: z.string().optional(),
  outcome: z.enum(["succeeded", "failed", "unfinished"]),
  seconds: z.number().optional(),
  problem: z.string().optional(),
  release: z.object({ version: z.number(), image_ref: z.string() }).partial().optional(),
  machines: z.array(machine.partial()).optional(),
  health: z.object({ verdict: z.string(), reason: z.string() }).partial().optional(),
});
type Account = z.output<typeof accountSchema>;

/** A run in Markdown, to paste where people read it: what was deployed, by which program, and the result of each step. */
export function formatSummary(run: { stack: string; program: string; accounts: readonly unknown[] }): string {
  const accounts = run.accounts
    .flatMap((account) => accountSchema.safeParse(account).data ?? [])
    .sort((one, other) => one.beganAt.localeCompare(other.beganAt));
  const began = accounts[0]?.beganAt.slice(0, 16).replace("T", " ") ?? "";
  return [
    `# Deployment of ${run.stack}, ${began} UTC`,
    "",
    `${verdict(accounts)} Program: ${run.program}.`,
    "",
    ...accounts.flatMap(releaseLines),
    "| step | result | seconds |",
    "| --- | --- | --- |",
    ...accounts.map(({ step, outcome, seconds }) => `| ${step} | ${outcome} | ${seconds?.toFixed(1) ?? "-"} |`),
    ...accounts.flatMap(problemLines),
    "",
  ].join("\n");
}

function verdict(accounts: readonly Account[]): string {
  const failed = accounts.filter(({ outcome }) => outcome === "failed").map(({ step }) => step);
  const ended = accounts
    .map(({ endedAt }) => endedAt ?? "")
    .sort()
    .at(-1);
  const took = ended ? ` in ${Math.round((Date.parse(ended) - Date.parse(accounts[0]!.beganAt)) / 1000)} s` : "";
  if (failed.length > 0) return `**Failed**${took}: ${failed.join(", ")}.`;
  const open = accounts.filter(({ outcome }) => outcome === "unfinished").map(({ step }) => step);
  return open.length > 0 ? `**Unfinished**: ${open.join(", ")}.` : `**Succeeded**${took}.`;
}

function releaseLines({ release, machines = [], health }: Account): string[] {
  if (release === undefined) return [];
  const groups = Map.groupBy(machines, ({ group = "" }) => group);
  const counts = [...groups].map(([group, list]) => {
    const good = list.filter(({ state, failingChecks = [] }) => state === "started" && failingChecks.length === 0);
    return `${group} ${good.length} of ${list.length} started and healthy`;
  });
  return [
    `- Release ${release.version ?? "unknown"}: \`${release.image_ref ?? "unknown image"}\``,
    ...(counts.length > 0 ? [`- Machines: ${counts.join(", ")}`] : []),
    ...(health?.verdict === undefined
      ? []
      : [`- Health: ${health.verdict}${health.reason ? ` (${health.reason})` : ""}`]),
    "",
  ];
}

function problemLines({ step, problem }: Account): string[] {
  if (problem === undefined) return [];
  // A fence that is longer than any in the text.
  const fence = "`".repeat(Math.max(3, ...[...problem.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return ["", `## ${step}`, "", `${fence}text`, problem, fence];
}

import semver from "semver";
import { appsOf } from "../../components/fly/app-names.ts";
import { flyPeriod } from "../../components/chatwoot/pipeline-schedule/runs.ts";
import type { SupportConfig } from "../../config/schema/support.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Checks that the parts of the support pipeline have what they need and do not change the stack's own apps. */
export function checkSupport({ target, support, fly }: PartialSettings): Problem[] {
  if (support === undefined) return [];
  return [
    ...checkGate(support),
    ...checkHandover(support, target),
    ...(target === "fly" ? checkPeriods(support) : []),
    ...(fly === undefined ? [] : checkConsumers(support, appsOf(fly, support))),
  ];
}

/** Fly only supports fixed periods for scheduled machines. */
function checkPeriods({ schedules: { runner, check, report } }: SupportConfig): Problem[] {
  if (runner !== "stack") return [];
  return Object.entries({ check, report }).flatMap(([run, schedule]) =>
    flyPeriod(schedule) === undefined
      ? [
          {
            key: `support.schedules.${run}`,
            message: `is ${schedule}, but Fly starts machines only hourly, daily, weekly or monthly. Write ${run === "check" ? '"0 * * * *"' : '"0 9 * * 1"'}, or use runner: workflow`,
          },
        ]
      : [],
  );
}

function checkGate({ agentGate, agentUrl }: SupportConfig): Problem[] {
  if (agentGate === undefined) return [];
  const { version } = agentGate;
  return [
    ...(agentUrl === undefined
      ? [{ key: "support.agentUrl", message: "is required by support.agentGate. Set the URL of the agent service" }]
      : []),
    ...(version !== undefined && semver.validRange(version) === null
      ? [
          {
            key: "support.agentGate.version",
            message: "is not a valid version range. Write it in npm's syntax, for instance ^1.4 or 1.4.2",
          },
        ]
      : []),
  ];
}

function checkHandover({ handover, facts }: SupportConfig, target: PartialSettings["target"]): Problem[] {
  if (handover === undefined) return [];
  const { fly, kubernetes, github } = handover;
  const problems: Problem[] = [];
  if (fly.length + kubernetes.length + github.length === 0)
    problems.push({ key: "support.handover", message: "has no consumers. Add fly, kubernetes or github" });
  if (kubernetes.length > 0 && target === "fly")
    problems.push({
      key: "support.handover.kubernetes",
      message: "needs a cluster, but this stack's target is fly. Use fly or github, or remove it",
    });
  for (const [kind, entries] of Object.entries({ fly, kubernetes, github })) {
    entries.forEach((entry, index) => {
      if (entry.databaseUrl && facts === undefined)
        problems.push({
          key: `support.handover.${kind}.${index}.databaseUrl`,
          message: "is true, but this stack has no facts. Set support.facts, or remove it",
        });
    });
    const names = entries.map(consumerName);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined)
      problems.push({ key: `support.handover.${kind}`, message: `names ${twice} twice. Remove one of the two` });
  }
  return problems;
}

type Handover = NonNullable<SupportConfig["handover"]>;
type Consumer = Handover["fly"][number] | Handover["kubernetes"][number] | Handover["github"][number];

/** The identity of a consumer: two entries of one kind must not write to the same place. */
function consumerName(consumer: Consumer): string {
  if ("app" in consumer) return consumer.app;
  if ("namespace" in consumer) return `${consumer.namespace}/${consumer.name}`;
  return `${consumer.repository}/${consumer.environment}${consumer.suffix === undefined ? "" : `/${consumer.suffix}`}`;
}

/** A hand-over must not write to the stack's own apps, which have their own secrets. */
function checkConsumers({ handover }: SupportConfig, own: readonly string[]): Problem[] {
  return (handover?.fly ?? []).flatMap(({ app }, index) =>
    own.includes(app)
      ? [
          {
            key: `support.handover.fly.${index}.app`,
            message: `is ${app}, an app of this stack. Name the app that uses Chatwoot`,
          },
        ]
      : [],
  );
}

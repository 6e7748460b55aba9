import type { Target } from "../health/target.ts";
import { bad, good, type Finding } from "../troubleshoot/finding.ts";
import { pulumiWords, shownPulumi } from "./pulumi.ts";
import { compareVersions, type Rollback } from "./releases.ts";

export interface Plan extends Rollback {
  stack: string;
  /** `app hotdash-chatwoot`. */
  what: string;
  /** Whether to disable the webhook first and enable it afterwards. */
  hasWebhook: boolean;
}

/** `webhookAfter` enables a webhook that a failed attempt left disabled. */
export function planOf(
  stack: string,
  what: string,
  rollback: Rollback,
  { webhook }: Target,
  { webhookAfter = false } = {},
): Plan {
  return { ...rollback, stack, what, hasWebhook: webhook !== undefined && (webhook.enabled || webhookAfter) };
}

/** From, to, schema and webhook. */
export function describePlan(plan: Plan): Finding[] {
  const { from, to, hasWebhook } = plan;
  return [
    good("from", `release ${from.number}${from.complete ? "" : " (not complete)"}: ${from.image} of ${from.at}`),
    good("to", `${to.number === undefined ? "" : `release ${to.number}: `}${to.image}${to.at ? ` of ${to.at}` : ""}`),
    schemaFinding(plan),
    good("webhook", hasWebhook ? "disabled first, and enabled again once health passes" : "none is enabled"),
  ];
}

/** Migrations are not reverted: older code runs on a newer schema. */
function schemaFinding({ stack, from, to }: Plan): Finding {
  const name = "schema";
  switch (compareVersions(from.image, to.image)) {
    case "same":
      return good(name, "same version, no migrations between");
    case "newer":
      return bad(
        name,
        "the image is newer than the running one: its migrations will run",
        `To upgrade instead: \`${shownPulumi(pulumiWords.image(stack, to.image))}\``,
      );
    default:
      return bad(
        name,
        "migrations may lie between and are not reverted: the older code runs on the newer schema",
        `Check the release notes for removed or renamed columns, and have a backup: only a restore reverts the schema. Check it: \`npm run ops -- db --stack ${stack}\``,
      );
  }
}

/** The commands of the plan, in order. */
export function commandsOf({ stack, to, hasWebhook }: Plan): string[] {
  const webhook = (enabled: boolean): string[] =>
    hasWebhook ? [shownPulumi(pulumiWords.webhook(stack, enabled))] : [];
  const up = shownPulumi(pulumiWords.up(stack));
  return [
    ...webhook(false),
    shownPulumi(pulumiWords.image(stack, to.image)),
    shownPulumi(pulumiWords.unchecked(stack, to.image)),
    up,
    ...(hasWebhook ? [`npm run ops -- health --stack ${stack}`, ...webhook(true), up] : []),
    `npm run ops -- health --stack ${stack}`,
  ];
}

import type { Target } from "../health/target.ts";
import { bad, good, type Finding } from "../troubleshoot/finding.ts";
import { pulumiWords, shownPulumi } from "./pulumi.ts";
import { compareVersions, type Rollback } from "./releases.ts";

export interface Plan extends Rollback {
  stack: string;
  /** `app hotdash-chatwoot`. */
  what: string;
  /** Whether the webhook is to be switched off, and on again afterwards. */
  hasWebhook: boolean;
}

/** `webhookAfter`: the webhook is switched on afterwards although it is off, because an earlier attempt left it so. */
export function planOf(
  stack: string,
  what: string,
  rollback: Rollback,
  { webhook }: Target,
  { webhookAfter = false } = {},
): Plan {
  return { ...rollback, stack, what, hasWebhook: webhook !== undefined && (webhook.enabled || webhookAfter) };
}

/** From and to, and what a rollback cannot bring back. */
export function describePlan(plan: Plan): Finding[] {
  const { from, to, hasWebhook } = plan;
  return [
    good("from", `release ${from.number}${from.complete ? "" : " (not complete)"}: ${from.image} of ${from.at}`),
    good("to", `${to.number === undefined ? "" : `release ${to.number}: `}${to.image}${to.at ? ` of ${to.at}` : ""}`),
    schemaFinding(plan),
    good("webhook", hasWebhook ? "switched off first, and on again when all is well" : "none is on: it stays as it is"),
  ];
}

/** Migrations are never undone: code that is older meets a schema that is newer. */
function schemaFinding({ stack, from, to }: Plan): Finding {
  const name = "schema";
  switch (compareVersions(from.image, to.image)) {
    case "same":
      return good(name, "the same version on both sides: no migrations lie between");
    case "newer":
      return bad(
        name,
        "the image is newer than the one that runs: its migrations will be run",
        `If that is what you want, it is an upgrade: \`${shownPulumi(pulumiWords.image(stack, to.image))}\``,
      );
    default:
      return bad(
        name,
        "migrations may lie between, and they stay in the database: the older code runs on the newer schema",
        `Read the release notes for columns that were removed or renamed, and have a backup: a schema comes back by a restore alone. See \`npm run ops -- db --stack ${stack}\``,
      );
  }
}

/** Every command in its order, as a person could type it. */
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

import { expect, test } from "vitest";
import { formatTiers, isAtLimit, type Tier } from "./cluster.ts";

const web: Tier = { tier: "web", ready: 2, wanted: 2, bounds: { min: 2, max: 4 } };

test.each<[Tier, boolean, string[]]>([
  [web, false, ["web     2 of 2 pods ready; 2 to 4, by its CPU"]],
  [
    { tier: "worker", ready: 3, wanted: 4, bounds: { min: 2, max: 4 } },
    true,
    [
      "worker  3 of 4 pods ready; 2 to 4, by the queues (KEDA)",
      "worker is at its limit. To raise it:",
      "  pulumi config set --path chatwoot:kubernetes.scaling.worker.max 5 --stack prod",
    ],
  ],
  [
    { ...web, bounds: undefined },
    false,
    [
      "web     2 of 2 pods ready; no autoscaler",
      "To change the count of web:",
      "  pulumi config set --path chatwoot:web.count 3 --stack prod",
    ],
  ],
  [
    { tier: "worker-mail", ready: 3, wanted: 3, bounds: { min: 1, max: 3 } },
    true,
    [
      "worker-mail 3 of 3 pods ready; 1 to 3, by the queues (KEDA)",
      "worker-mail is at its limit. To raise it:",
      "  pulumi config set --path chatwoot:kubernetes.scaling.groups.mail.max 4 --stack prod",
    ],
  ],
])("%j", (tier, limit, lines) => {
  expect([isAtLimit(tier), formatTiers([tier], "prod").split("\n")]).toEqual([limit, lines]);
});

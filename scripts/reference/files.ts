import { configPage } from "./config-page.ts";
import { costPage } from "./cost-page.ts";
import { outputsPage } from "./outputs-page.ts";
import { policyPage } from "./policy-page.ts";
import { secretRows } from "./secrets.ts";
import { settings } from "./settings.ts";
import { stackSchema } from "./stack-schema.ts";
import { templateFiles } from "./template.ts";
import { trafficPage } from "./traffic-page.ts";

/** Every file generated from the program's declarations, by path. */
export function referenceFiles(root: string): Record<string, string> {
  const keys = settings(root);
  const secrets = secretRows();
  return {
    "schema/pulumi-stack.schema.json": `${JSON.stringify(stackSchema(keys, secrets), null, 2)}\n`,
    "docs/reference/config.md": `${configPage(keys, secrets)}\n`,
    "docs/reference/cost.md": `${costPage(root)}\n`,
    "docs/kubernetes/traffic.md": `${trafficPage()}\n`,
    "docs/policy.md": `${policyPage()}\n`,
    "docs/reference/outputs.md": `${outputsPage(root)}\n`,
    ...templateFiles(root),
  };
}

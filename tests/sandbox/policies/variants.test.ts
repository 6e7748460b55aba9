import { describe, expect, test } from "vitest";
import { isRefused } from "../../../preview/policy/check-run.ts";
import { checkPolicies, type Checked } from "../../../policy/check.ts";
import { longSecretValues } from "../../../policy/secrets.ts";
import { resourcesOf } from "../../../preview/policy/resources.ts";
import { policiesText } from "../../../preview/policy/text.ts";
import { overlaid, planned } from "../../helpers/planned.ts";
import { prodVariants } from "../../helpers/prod-variants.ts";
import type { StackName } from "../../helpers/stack-files.ts";
import { everyFlyApp } from "./stacks.ts";

/* The policy pack over the program's real requests, with its chart rendered by helm; nothing is started. */

type Change = NonNullable<Parameters<typeof planned>[1]>;

/** The policies know the values of the configuration's secrets, as in every run. */
async function check(stack: StackName, change: Change = () => {}): Promise<Checked> {
  const secrets = new Set<string>();
  const { steps } = await planned(stack, (values) => {
    change(values);
    for (const value of Object.values(values.secrets).flatMap(longSecretValues)) secrets.add(value);
  });
  return checkPolicies(resourcesOf(steps), { secrets });
}

const findingsOf = ({ findings }: Checked): string[] =>
  findings.map(({ rule, resource, message }) => `${rule} ${resource.name}: ${message}`).sort();

test("staging breaks no rule", async () => expect(findingsOf(await check("staging"))).toEqual([]));

/** The support pipeline with every option. */
const pipeline: Change = ({ settings, secrets }) => {
  const onFly = settings["target"] === "fly";
  settings["support"] = {
    webhookUrl: "https://hotdash-app.fly.dev/api/webhooks/chatwoot",
    agentUrl: "https://agent.example.com",
    facts: {},
    schedules: { runner: "stack", ...(onFly ? { check: "0 * * * *" } : {}) },
    handover: {
      accountId: 7,
      ...(onFly ? { fly: [{ app: "hotdash-app" }] } : { kubernetes: [{ namespace: "hotdash" }] }),
    },
  };
  secrets["factsDatabaseUrl"] = "postgresql://facts:facts-password@db.example.com:6432/facts";
};

test("staging with separate apps for Redis, logs, backups and the pipeline, and a domain, breaks no rule", async () => {
  const helpers: Change = (values) => {
    pipeline(values);
    everyFlyApp(values);
  };
  expect(findingsOf(await check("staging", helpers))).toEqual([]);
});

test("prod with the pipeline breaks no rule", async () =>
  expect(findingsOf(await check("prod", pipeline))).toEqual([]));

test.each(prodVariants)("%s: breaks no rule, except that it has no backup where it says so", async (what, overlay) => {
  const missing =
    "backups-on postgres-cluster-chatwoot-db: archives no WAL, so nothing can be restored. Set kubernetes.postgres.backup.";
  expect(findingsOf(await check("prod", overlaid(overlay)))).toEqual(what.includes("no backup") ? [missing] : []);
});

test("a first preview, which knows little, breaks no rule", async () => {
  const [, largest] = prodVariants.find(([what]) => what.startsWith("the largest"))!;
  const previews = [planned("prod", overlaid(largest), "preview"), planned("staging", () => {}, "preview")];
  for (const { steps } of await Promise.all(previews))
    expect(findingsOf(checkPolicies(resourcesOf(steps), { secrets: new Set() }))).toEqual([]);
});

test("networks and ports of the configuration break no rule", async () => {
  const networks: Change = ({ settings }) => {
    settings["kubernetes"].networkPolicies = {
      ...{ allowedNetworks: ["10.0.3.0/24", "192.168.10.0/24"], apiServerPorts: [16_443] },
      ingressNetworks: ["130.211.0.0/22"],
    };
  };
  expect(findingsOf(await check("prod", networks))).toEqual([]);
});

describe("a violation in the configuration", () => {
  const own: Change = ({ settings }) => {
    settings["kubernetes"].sso.publicRoutes = ["^/mine/"];
    settings["kubernetes"].ingress.clusterIssuer = undefined;
    delete settings["kubernetes"].ingress.clusterIssuer;
    settings["image"] = "chatwoot/chatwoot:v4.16";
  };

  test("is reported by rule and resource", async () => {
    const checked = await check("prod", own);
    expect(findingsOf(checked)).toEqual([
      "exact-image-tags chatwoot-chart:chatwoot/chatwoot-web: spec.template.spec.containers[0].image: image chatwoot/chatwoot:v4.16 has a mutable tag. Use the full version or a digest.",
      "exact-image-tags chatwoot-chart:chatwoot/chatwoot-worker: spec.template.spec.containers[0].image: image chatwoot/chatwoot:v4.16 has a mutable tag. Use the full version or a digest.",
      "exact-image-tags postgres-drill-cronjob: spec.jobTemplate.spec.template.spec.containers[0].image: image chatwoot/chatwoot:v4.16 has a mutable tag. Use the full version or a digest.",
      "exact-image-tags preparation-job: spec.template.spec.containers[0].image: image chatwoot/chatwoot:v4.16 has a mutable tag. Use the full version or a digest.",
      "public-routes sso-proxy: lets ^/mine/ through, which is not in the table of public routes. Add it to the table.",
      "tls-at-the-edge edge-ingress: has no certificate for chat.newjoy.ro. Add it to spec.tls.",
    ]);
    expect(isRefused(checked)).toBe(true);
    const text = policiesText(checked, false);
    expect(text.split("\n")[0]).toBe("Policies: 3 of 27 rules are violated.");
    expect(text).toContain("  mandatory  public-routes  sso-proxy (Deployment)\n             lets ^/mine/ through");
    expect(text).toContain("  passed: known-objects, no-service-outside");
  });

  test("a configured secret in a setting is found by its value", async () => {
    const leaks: Change = ({ settings, secrets }) => {
      secrets["storageSecretAccessKey"] = "planted-configured-key";
      settings["environment"] = { RAILS_NOTE: "for the bucket: planted-configured-key" };
    };
    expect(findingsOf(await check("staging", leaks))).toEqual([
      "no-secret-in-the-open deployment-release: environment.STEP_MACHINE_CONFIG contains a secret. Refer to a Secret instead.",
    ]);
  });
});

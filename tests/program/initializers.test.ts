import { expect, test } from "vitest";
import { plain } from "pulumi-embedded-engine";
import { parse } from "smol-toml";
import { initializersFolder } from "../../components/chatwoot/initializers.ts";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { StackName } from "../helpers/stack-files.ts";

type Change = NonNullable<StackOptions["change"]>;

async function inputsIn(stack: StackName, change: Change = () => undefined) {
  const { steps } = await stackEngine(stack, { providers: doubles, change }).preview(program);
  return (name: string): unknown => plain(steps.find((step) => step.name === name)?.inputs ?? {});
}

/** The last line of the initializer for the visitor's address. */
const lastLine = (text = ""): string => text.trimEnd().split("\n").at(-1) ?? "";

test("on Fly, every machine takes the visitor's address from the header of Fly's edge", async () => {
  const { environment } = (await inputsIn("staging"))("deployment-release") as { environment: Record<string, string> };
  const toml = parse(environment["STEP_MACHINE_CONFIG"] ?? "") as {
    files: { guest_path: string; raw_value: string; processes?: string[] }[];
  };
  const file = toml.files.find(({ guest_path }) => guest_path === `${initializersFolder}/client-address.rb`);
  expect(file?.processes).toBeUndefined();
  expect(lastLine(file?.raw_value)).toMatch(/ClientAddress, header: 'HTTP_FLY_CLIENT_IP'$/);
});

const withoutSignOn: Change = ({ settings, secrets }) => {
  delete settings["kubernetes"].sso;
  delete secrets["oidcClientId"];
  delete secrets["oidcClientSecret"];
};
const cdn: Change = ({ settings }) => (settings["kubernetes"].ingress.trustedHops = 2);

test.each<[string, number, Change]>([
  ["behind an ingress", 1, withoutSignOn],
  ["behind an ingress and single sign-on", 2, () => undefined],
  ["behind a CDN, an ingress and single sign-on", 3, cdn],
])("on Kubernetes, %s, the pods trust %i proxies", async (_where, hops, change) => {
  const files = (await inputsIn("prod", change))("initializers-files") as { data: Record<string, string> };
  expect(lastLine(files.data["client-address.rb"])).toMatch(new RegExp(`ClientAddress, hops: ${hops}$`));
});

test("on Kubernetes, web and worker mount the initializers, and restart with other files", async () => {
  const mounts = async (change: Change) => {
    const inputs = await inputsIn("prod", change);
    const name = (inputs("initializers-files") as { metadata: { name: string } }).metadata.name;
    for (const tier of ["web", "worker"]) {
      const { spec } = inputs(`chatwoot-chart:chatwoot/chatwoot-${tier}`) as {
        spec: {
          template: {
            spec: { volumes: unknown[]; containers: { volumeMounts: { mountPath: string; name: string }[] }[] };
          };
        };
      };
      expect(spec.template.spec.volumes).toContainEqual({ name: "initializers", configMap: { name } });
      expect(spec.template.spec.containers[0]?.volumeMounts).toContainEqual({
        name: "initializers",
        mountPath: initializersFolder,
        readOnly: true,
      });
    }
    return name;
  };
  expect(await mounts(() => undefined)).not.toBe(await mounts(cdn));
});

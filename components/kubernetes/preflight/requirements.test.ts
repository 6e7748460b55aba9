import { expect, test } from "vitest";
import { parseConfig } from "../../../stacks/parse.ts";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { rawConfig } from "../../../tests/helpers/stack-files.ts";
import { commandsFor } from "./commands.ts";
import { requirements } from "./requirements.ts";

test("every check is asked for, by key and path", () => {
  const raw = rawConfig("prod", ({ settings }) => {
    const { kubernetes } = settings as { kubernetes: Record<string, unknown> };
    kubernetes["monitoring"] = {};
    kubernetes["scaling"] = { web: { max: 3 }, worker: { max: 3 } };
    kubernetes["pods"] = { priorityClassName: "business", imagePullSecrets: ["ghcr"] };
  });
  const commands = commandsFor("newjoy", { operatorNamespace: "cnpg-system" });
  const all = requirements(parseConfig(raw).settings as KubernetesConfig, commands);
  // The rights to create each kind are one check of many questions.
  const paths = all.map(({ key, questions }) => `${key}: ${[...new Set(questions.map(({ path }) => path))].join(" ")}`);
  expect(paths).toMatchSnapshot();
});

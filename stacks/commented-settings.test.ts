import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { rawConfig } from "../tests/helpers/stack-files.ts";
import { parseConfig } from "./parse.ts";

const files = [
  { file: "Pulumi.staging.yaml", secrets: ["smtpPassword", "lokiPassword", "flyLogsToken"] },
  { file: "examples/stack-files/Pulumi.hotdash-prod.yaml", secrets: ["smtpPassword"] },
];
const always = ["backupAccessKeyId", "backupSecretAccessKey"];

/** A stack file's settings, those in comments too. */
function switchedOn(text: string): [key: string, value: unknown][] {
  const { config } = parse(text.replace(/^( *)# ( *[a-z]\w*:( .*)?)$/gm, "$1$2")) as { config: object };
  return Object.entries(config).map(([key, value]) => [key.slice("chatwoot:".length), value]);
}

test.each(files)("all of $file is valid with the secrets that its comments name", ({ file, secrets: names }) => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const raw = rawConfig("staging", ({ settings, secrets }) => {
    Object.assign(settings, Object.fromEntries(switchedOn(text)));
    for (const name of [...names, ...always]) {
      secrets[name] = `planted-${name.toLowerCase()}`;
      expect(text).toContain(name);
    }
  });
  const { settings } = parseConfig(raw);
  expect(settings).toMatchObject({
    mail: { smtp: { port: 587 } },
    support: { facts: {}, handover: { fly: [{ app: "hotdash-app" }], github: [{}] } },
    fly: { backup: { schedule: "weekly" } },
  });
});

test("without its commented settings, HotDash's production is valid too", () => {
  const text = readFileSync(new URL("../examples/stack-files/Pulumi.hotdash-prod.yaml", import.meta.url), "utf8");
  const raw = rawConfig("staging", ({ settings, secrets }) => {
    for (const [key, value] of Object.entries((parse(text) as { config: object }).config))
      settings[key.slice("chatwoot:".length)] = value;
    for (const name of ["smtpPassword", ...always]) secrets[name] = "planted";
  });
  expect(parseConfig(raw).target).toBe("fly");
});

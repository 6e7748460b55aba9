import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../../lib/project-folder.ts";
import { stackNames } from "../../helpers/stack-files.ts";
import { cli } from "./cli.ts";
import { Original } from "./original.ts";

test.skipIf(cli === undefined).each(stackNames)(
  "`pulumi config set --secret` changes one line of %s",
  async (stack) => {
    const file = `Pulumi.${stack}.yaml`;
    const read = (name: string): string => readFileSync(join(projectFolder, name), "utf8");
    const files = { "Pulumi.yaml": read("Pulumi.yaml"), [file]: read(file) };
    const original = await Original.start(cli!, {}, { stack, files });
    try {
      const lines = (): string[] => original.file(file).split("\n");
      await original.done("config", "set", "--secret", "chatwoot:smtpPassword", "first");
      const first = lines();
      const isAdded = /^(encryptionsalt: | {2}chatwoot:smtpPassword:$| {4}secure: )/;
      expect(first.filter((line) => !isAdded.test(line))).toEqual(read(file).split("\n"));

      await original.done("config", "set", "--secret", "chatwoot:smtpPassword", "second");
      const second = lines();
      expect(second.filter((line) => !first.includes(line))).toEqual([expect.stringMatching(/^ {4}secure: v1:/)]);
      expect(second).toHaveLength(first.length);
    } finally {
      await original.stop();
    }
  },
);

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { deployedProject } from "../../lib/deployed-project.ts";
import { withQuestions } from "../init/ask.ts";
import { allQuestions, type Answers } from "../init/questions.ts";
import { formatInit } from "../init/report.ts";
import { planSecrets } from "../init/plan.ts";
import { createStack, storeSecret } from "../init/store.ts";
import { readVault } from "../init/vault.ts";
import { encryptedIn, settingsIn } from "../init/stack-file.ts";
import { newStackFile } from "../init/new-file.ts";

interface Options extends Record<string, string | undefined> {
  stack: string;
  env?: string;
}

export function addInit(program: Command): void {
  const command = program
    .command("init")
    .description("write the first stack file from questions, and store the secrets of a folder of .env files")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--env <folder>", "folder of .env files, searched recursively")
    .addHelpText(
      "after",
      [
        "",
        "Asks for what no option answers. Overwrites nothing: an existing file and secrets that are set stay.",
        "Values of secrets go to Pulumi on standard input, and are never printed.",
        "Files whose path names another environment, as in name_prod.env, are skipped.",
      ].join("\n"),
    )
    .action(init);
  for (const { name, ask } of allQuestions) command.option(`--${name} <value>`, ask);
}

async function init({ stack, env, ...flags }: Options): Promise<void> {
  const path = join(deployedProject(), `Pulumi.${stack}.yaml`);
  const read = (): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  const vault = env === undefined ? new Map<string, never>() : readVault(env, stack);
  const isNew = settingsIn(read()) === undefined;
  if (isNew) {
    const given = Object.fromEntries(
      allQuestions.flatMap(({ name }) => {
        const value = flags[camelCase(name)];
        return value === undefined ? [] : [[name, value]];
      }),
    ) satisfies Answers;
    const text = await withQuestions(given, (ask) => newStackFile(ask, vault, read()));
    writeFileSync(path, text);
  }
  const plan = planSecrets(settingsIn(read()) ?? {}, encryptedIn(read()), vault);
  if (plan.store.length > 0) await createStack(stack);
  for (const { name, value } of plan.store) await storeSecret(stack, name, value);
  console.log(
    formatInit({
      stack,
      file: relative(process.cwd(), path),
      isNew,
      plan,
      isStack: plan.store.length > 0 || hasStack(read()),
    }),
  );
}

/** Pulumi writes the salt or the key of a stack's secrets to its file. */
const hasStack = (text: string): boolean => /^(encryptionsalt|encryptedkey|secretsprovider):/m.test(text);

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/*
 * The weekly report under the name used in runbooks and crontabs, with the options of `npm run ops -- pipeline report`.
 * Without --stack, it uses the stack CHATWOOT_STACK, otherwise the database DATABASE_URL.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

// A crontab has its own PATH. `npm ci` installs a Node.js that is new enough, which then runs this file.
const installed = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
if (process.features.typescript === undefined && existsSync(installed))
  process.exit(spawnSync(installed, process.argv.slice(1), { stdio: "inherit" }).status ?? 1);

createRequire(import.meta.url)("../preload.cjs");
// In a crontab, the working directory is the user's home.
process.chdir(fileURLToPath(new URL("../../", import.meta.url)));

const args = process.argv.slice(2);
const named = args.some((arg) => arg === "--stack" || arg.startsWith("--stack="));
const stack = process.env.CHATWOOT_STACK;
process.argv.splice(2, args.length, "pipeline", "report", ...args, ...(named || !stack ? [] : ["--stack", stack]));
await import("../../ops/main.ts");

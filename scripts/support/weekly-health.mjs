/*
 * The weekly report, by the name that runbooks and crontabs have for it. It takes what `npm run ops -- pipeline report`
 * takes. Without --stack, the stack is CHATWOOT_STACK, or else the database is DATABASE_URL.
 */
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

createRequire(import.meta.url)("../preload.cjs");
// From a crontab, the working directory is somebody's home.
process.chdir(fileURLToPath(new URL("../../", import.meta.url)));

const args = process.argv.slice(2);
const named = args.some((arg) => arg === "--stack" || arg.startsWith("--stack="));
const stack = process.env.CHATWOOT_STACK;
process.argv.splice(2, args.length, "pipeline", "report", ...args, ...(named || !stack ? [] : ["--stack", stack]));
await import("../../ops/main.ts");

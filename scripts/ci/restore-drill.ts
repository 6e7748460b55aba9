/*
 * Reads the output of kubectl from a folder: `newest FOLDER` prints the name of the drill's newest Job, `verdict FOLDER
 * STACK` the Markdown of an issue, or nothing if the drill succeeded.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { drillVerdict, newestJob, readDrill, type Drill } from "./drill-verdict.ts";

const [command, folder = "", stack = ""] = process.argv.slice(2);
const read = (file: string): string => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "");
const drill: Drill = readDrill(JSON.parse(read("cronjobs.json")), JSON.parse(read("jobs.json")));

if (command === "newest") console.log(newestJob(drill)?.name ?? "");
else if (command === "verdict") process.stdout.write(drillVerdict(drill, read("log.txt"), stack, new Date()) ?? "");
else throw new Error(`${command}: unknown command. Use newest or verdict.`);

/*
 * The entry `chatwoot-pulumi/step` of this package, which every step of a stack starts (command.ts). Pulumi hands the
 * step over as one argument, `STEP` or `STEP --delete`.
 */
const [, ...given] = process.argv;
const words = given.join(" ").split(" ");
process.argv.splice(1, given.length, ...words);

const supportSteps = ["account", "agent", "facts", "github"];
await (supportSteps.includes(words[0] ?? "") ? import("./support-main.ts") : import("./main.ts"));

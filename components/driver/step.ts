/*
 * The entry `chatwoot-pulumi/step` of this package, which every step of a stack starts (command.ts). Pulumi hands the
 * step over as one argument, `STEP` or `STEP --delete`.
 */
const [, ...given] = process.argv;
process.argv.splice(1, given.length, ...given.join(" ").split(" "));

await import("./main.ts");

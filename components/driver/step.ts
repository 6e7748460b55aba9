/*
 * The entry `chatwoot-pulumi/step` of this package, which starts every step of a stack (command.ts). Pulumi passes the step
 * as one argument, `STEP` or `STEP --delete`.
 */
const [, ...given] = process.argv;
process.argv.splice(1, given.length, ...given.join(" ").split(" "));

await import("./main.ts");

import { fileURLToPath } from "node:url";

/** The folder to put in front of PATH, so that `pulumi` is the embedded engine. */
export const pulumiBinFolder = fileURLToPath(new URL("./bin", import.meta.url));

/** Variable with the address that is told when `up` has deployed. */
export const deployedVariable = "CHATWOOT_SANDBOX_DEPLOYED";

import { fileURLToPath } from "node:url";

/** Folder for the start of PATH, so that `pulumi` is the embedded engine. */
export const pulumiBinFolder = fileURLToPath(new URL("./bin", import.meta.url));

/** Environment variable with the address to call after `up` has deployed. */
export const deployedVariable = "CHATWOOT_SANDBOX_DEPLOYED";

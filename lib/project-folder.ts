import { fileURLToPath } from "node:url";

/** The folder of the Pulumi project, with a trailing slash. */
export const projectFolder = fileURLToPath(new URL("..", import.meta.url));

import { fileURLToPath } from "node:url";

/** The folder of the Pulumi project, with a slash at its end. */
export const projectFolder = fileURLToPath(new URL("..", import.meta.url));

/** Functions that start, find and stop servers on this machine. */

export { logTail } from "./log-tail.ts";
export { becomesFree, freePort } from "./ports.ts";
export { bornAt } from "./process.ts";
export { waitUntil } from "./wait.ts";
export { isOpenToAll } from "./tools/debian/folder.ts";
export { withFolderLock } from "./tools/lock.ts";

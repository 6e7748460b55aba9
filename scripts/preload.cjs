// Loaded before every command of this project and, by `nodeargs` in Pulumi.yaml, before the program itself. CommonJS
// without a dependency, because an old Node.js must be able to run it.
const { enableCompileCache } = require("node:module");
const { basename, dirname, join } = require("node:path");

const minimum = require("../package.json").engines.node.replace(">=", "");
const { node: version } = process.versions;
const root = join(__dirname, "..");
const isInstalled = basename(dirname(root)) === "node_modules";
// The folder of the installed packages: the project's that installed this one, or this repository's.
const packages = isInstalled ? dirname(root) : join(root, "node_modules");

// Node.js runs TypeScript sources from this version on; an older one fails with ERR_UNKNOWN_FILE_EXTENSION.
if (isOlder(version, minimum)) {
  const own = ' On Linux, `npm ci` installs one: export PATH="$PWD/node_modules/.bin:$PATH"';
  console.error(`node: version ${version} is too old. Install Node.js ${minimum} or newer.${isInstalled ? "" : own}`);
  process.exit(1);
}

// Compiling the SDK is a third of a preview's time. NODE_COMPILE_CACHE names another folder.
enableCompileCache(process.env.NODE_COMPILE_CACHE ?? join(packages, ".cache/node-compile-cache"));

function isOlder(left, right) {
  const [major, minor] = left.split(".").map(Number);
  const [minMajor, minMinor] = right.split(".").map(Number);
  return major < minMajor || (major === minMajor && minor < minMinor);
}

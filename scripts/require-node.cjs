// Node runs TypeScript directly since 22.18. npm scripts use the project's Node on Linux; otherwise the user's Node is used,
// which can be too old.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`node: version ${process.versions.node} is too old. Install Node 22.18 or newer, or use npm run.`);
  process.exit(1);
}

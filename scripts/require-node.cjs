// The project runs TypeScript as it stands, which Node does from 22.18 on. npm scripts find the Node that the project
// brings along for Linux; elsewhere, or outside npm, the user's own is used, and an old one must say so plainly.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `node: version ${process.versions.node} is too old. Install Node 22.18 or newer, or start it by npm run.`,
  );
  process.exit(1);
}

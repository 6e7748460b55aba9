const names = ["NODE_OPTIONS", "NODE_COMPILE_CACHE"];

/** For a child whose environment holds only what the test names: lets it run from its bundle as every other. */
export function bundledEnvironment(): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

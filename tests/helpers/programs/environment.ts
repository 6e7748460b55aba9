const names = ["NODE_OPTIONS", "NODE_COMPILE_CACHE"];

/** For a child with an explicit environment: it also runs from its bundle. */
export function bundledEnvironment(): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

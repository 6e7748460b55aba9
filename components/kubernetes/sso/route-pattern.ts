/** A route in the format of oauth2-proxy, `[METHOD=]regex`. */
export interface ParsedRoute {
  method: string | undefined;
  path: string;
}

export function parseRoute(route: string): ParsedRoute {
  const [, method, path] = /^(?:([A-Z]+)=)?([^]*)$/.exec(route) as unknown as [string, string | undefined, string];
  return { method, path };
}

/** Whether oauth2-proxy admits a request. Only for routes without a problem, because Go reads others differently. */
export function routeMatches(route: string, method: string, path: string): boolean {
  const parsed = parseRoute(route);
  return (parsed.method === undefined || parsed.method === method) && new RegExp(parsed.path).test(path);
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * The problem of a route and its fix, as "problem. Fix"; undefined for a valid route. oauth2-proxy accepts patterns
 * that match more than they seem to: it searches the pattern anywhere in the path, splits routes at commas and quotes,
 * and reads the text before any equals sign as a method.
 */
export function routeProblem(route: string): string | undefined {
  const { method, path } = parseRoute(route);
  if (method !== undefined && !methods.includes(method))
    return `has the unknown method ${method}. Use one of ${methods.join(", ")}`;
  if (!path.startsWith("^/"))
    return "does not begin with ^/, so it would match in the middle of a path. Begin it with ^/";
  const character = /[\s,"'=#?&{}`]|[^\x20-\x7e]/.exec(withoutOptionals(path))?.[0];
  if (character !== undefined)
    return `has ${JSON.stringify(character)}, which a path pattern must not contain. Remove it; routes do not match the query`;
  if (/\(\?/.test(path)) return "has a group that begins with (?. Use plain groups: the proxy has no look-around";
  if (/\\(?![./+*()[\]$^|\\-])/.test(path)) return "escapes a letter or a digit. Write the characters, as [a-z0-9]";
  if (/(?<!\\)\.(?![^[]*\])/.test(path))
    return "has a bare dot, which matches everything. Write \\. for a dot, [^/]+ for a name";
  if (/\[\^?\]|\[[^\]]*\[/.test(path)) return "has a bracket inside of brackets. Write a set as [a-z0-9]";
  if (hasOpenAlternative(path)) return "has | outside of a group, so its parts are not anchored. Write ^/(one|two)/";
  if (!/(?:[^\\]\$|\/)$/.test(path))
    return "ends in the middle of a name, so it also matches longer names. End it with $ or a slash";
  if (path === "^/") return "matches every path. Narrow it";
  try {
    new RegExp(path);
    return undefined;
  } catch {
    return "is not a regular expression. Look for a bracket that is not closed";
  }
}

/** A question mark after an expression makes it optional; any other starts a query or a special group. */
function withoutOptionals(path: string): string {
  return path.replace(/(?<=[^(\\])\?/g, "").replaceAll("(?", "(");
}

function hasOpenAlternative(path: string): boolean {
  let depth = 0;
  for (const token of path.match(/\\.|\[(?:\\.|[^\]])*\]|[^]/g) ?? []) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (token === "|" && depth === 0) return true;
  }
  return false;
}

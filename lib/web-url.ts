type ReadWebUrl = { url: URL } | { problem: string };

/** Reads a web address, or returns its problem as "problem. Fix", without a final full stop. Never throws. */
export function readWebUrl(text: string): ReadWebUrl {
  const port = /^[^/]*\/\/[^/?#]*:(\d+)(?=[/?#]|$)/.exec(text)?.[1];
  if (port !== undefined && !isPort(Number(port)))
    return { problem: `has the port ${port}. Use a port from 1 to 65535` };
  if (!URL.canParse(text)) return { problem: "is not a valid URL. Write it as https://host" };
  const url = new URL(text);
  if (url.username !== "" || url.password !== "")
    return { problem: "has a user or password in it. Remove it: settings are not secret" };
  if (!/^(\[[0-9a-f:]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?)$/.test(url.hostname))
    return { problem: "has a host that is not a valid name. Write one host, without wildcards" };
  if (!isHost(url.hostname))
    return { problem: "has a host that DNS does not allow. Use 1 to 63 characters between two dots, and 253 in all" };
  return { url };
}

/** Whether DNS can have a name, or the host is an IPv6 address in brackets. */
export function isHost(name: string): boolean {
  return name.startsWith("[") || /^(?=.{1,254}$)([^.]{1,63}\.)*[^.]{1,63}\.?$/.test(name);
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

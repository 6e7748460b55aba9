import { isIP } from "node:net";
import { isLoopback, isPrivateHost } from "../../lib/hosts.ts";
import { readWebUrl } from "../../lib/web-url.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Checks that browsers can reach Chatwoot at its URL. */
export function checkUrl({ url, fly }: PartialSettings): Problem[] {
  const read = url === undefined ? undefined : readWebUrl(url);
  if (read === undefined || "problem" in read) return [];
  const { hostname, port } = read.url;
  const message = isLoopback(hostname)
    ? "is this machine, which browsers of other machines cannot reach. Set the public address"
    : fly && flyProblem(hostname, port, fly.app);
  return message === undefined ? [] : [{ key: "url", message }];
}

/** Fly serves HTTPS on port 443, and issues certificates for public names. */
function flyProblem(host: string, port: string, app: string): string | undefined {
  const fix = `Use https://${app}.fly.dev, or your own domain`;
  if (host.endsWith(".fly.dev") && host !== `${app}.fly.dev`) return `is the address of another Fly app. ${fix}`;
  if (isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0 || isPrivateHost(host))
    return `is not a public name, for which Fly could issue a certificate. ${fix}`;
  return port === "" ? undefined : `has the port ${port}, but Fly serves HTTPS on port 443. Remove the port`;
}

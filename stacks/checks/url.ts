import { isIP } from "node:net";
import { isLoopback, isPrivateHost } from "../../lib/hosts.ts";
import { readWebUrl } from "../../lib/web-url.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** A name as certificates and Kubernetes accept it. */
const publicName = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Checks that browsers can reach Chatwoot at its URL. */
export function checkUrl({ url, fly, kubernetes }: PartialSettings): Problem[] {
  const read = url === undefined ? undefined : readWebUrl(url);
  if (read === undefined || "problem" in read) return [];
  const { hostname, port } = read.url;
  const message = isLoopback(hostname)
    ? "is this machine, which browsers of other machines cannot reach. Set the public address"
    : ((fly && flyProblem(hostname, port, fly.app)) ??
      (kubernetes && kubernetes.ingress.mode !== "none" && isAddress(hostname)
        ? `is an IP address, but the ${kubernetes.ingress.mode} matches requests by name. Use a name, or mode: none`
        : undefined) ??
      nameProblem(hostname));
  return message === undefined ? [] : [{ key: "url", message }];
}

const isAddress = (host: string): boolean => isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0;

function nameProblem(host: string): string | undefined {
  return isAddress(host) || publicName.test(host)
    ? undefined
    : "has a host that no certificate can name. Use letters, digits and hyphens between dots, without a dot at its end";
}

/** Fly serves HTTPS on port 443, and issues certificates for public names. */
function flyProblem(host: string, port: string, app: string): string | undefined {
  const fix = `Use https://${app}.fly.dev, or your own domain`;
  if (host.endsWith(".fly.dev") && host !== `${app}.fly.dev`) return `is the address of another Fly app. ${fix}`;
  if (isAddress(host) || isPrivateHost(host))
    return `is not a public name, for which Fly could issue a certificate. ${fix}`;
  return port === "" ? undefined : `has the port ${port}, but Fly serves HTTPS on port 443. Remove the port`;
}

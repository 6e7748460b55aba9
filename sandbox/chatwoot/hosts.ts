import tls from "node:tls";

/**
 * Redirects internet hosts to this machine. Loaded before an unmodified program (`node --import`), whose TLS connections
 * then reach a stand-in.
 */
export interface LocalHosts {
  /** Ports on 127.0.0.1, by host. */
  ports: Readonly<Record<string, number>>;
  /** The CA of their certificates, as PEM. */
  ca: string;
}

export const hostsVariable = "CHATWOOT_SANDBOX_HOSTS";

/** Redirects this process's TLS connections to these hosts to this machine. */
export function redirectHosts({ ports, ca }: LocalHosts): void {
  const connect = tls.connect.bind(tls) as (...args: unknown[]) => tls.TLSSocket;
  const redirected = (...args: unknown[]): tls.TLSSocket => {
    const [first, ...rest] = args;
    if (typeof first !== "object" || first === null) return connect(...args);
    const options = first as tls.ConnectionOptions;
    const port = ports[options.host ?? ""];
    if (port === undefined) return connect(...args);
    const servername = options.servername || options.host;
    return connect({ ...options, host: "127.0.0.1", port, ca, servername }, ...rest);
  };
  tls.connect = redirected;
}

const given = process.env[hostsVariable];
if (given !== undefined) redirectHosts(JSON.parse(given) as LocalHosts);

import tls from "node:tls";

/**
 * Hosts of the internet that live on this machine instead. Loaded before a program (`node --import`) that is not to know
 * it: the program resolves, trusts and speaks TLS as ever, and ends up at a stand-in.
 */
export interface LocalHosts {
  /** Ports on 127.0.0.1, by host. */
  ports: Readonly<Record<string, number>>;
  /** Who has signed their certificates, as PEM. */
  ca: string;
}

export const hostsVariable = "CHATWOOT_SANDBOX_HOSTS";

/** From now on, TLS connections of this process to these hosts go to this machine. */
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

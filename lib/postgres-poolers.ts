type Address = { host: string; port: number };

/** The pooling mode at an address, derived from its host and port. */
export type Pooling = "transaction" | "session" | "unknown";

interface TransactionPooler {
  name: string;
  host: RegExp;
  /** Default: every port. */
  port?: number;
  /** The address without the pooler. */
  direct: string;
}

/** Poolers that give a connection to another client after each transaction, as their providers document. */
const transactionPoolers: readonly TransactionPooler[] = [
  {
    name: "Supabase's transaction pooler (port 6543)",
    host: /\.supabase\.(co|com)$/,
    port: 6543,
    direct: "the session pooler on port 5432, or the direct host",
  },
  { name: "Neon's pooler", host: /-pooler\.([a-z0-9-]+\.)+neon\.tech$/, direct: "the host without -pooler" },
  {
    name: "a connection pool of DigitalOcean (port 25061)",
    host: /\.db\.ondigitalocean\.com$/,
    port: 25061,
    direct: "port 25060 and the name of the database",
  },
  {
    name: "Azure's PgBouncer (port 6432)",
    host: /\.postgres\.database\.azure\.com$/,
    port: 6432,
    direct: "port 5432",
  },
  {
    name: "Crunchy Bridge's PgBouncer (port 5431)",
    host: /\.postgresbridge\.com$/,
    port: 5431,
    direct: "port 5432",
  },
  {
    name: "an RDS Proxy",
    host: /\.proxy-[a-z0-9]+\.[a-z0-9-]+\.rds\.amazonaws\.com(\.cn)?$/,
    direct: "the endpoint of the database",
  },
];

/** The transaction pooler at an address; undefined if none is known there. */
export function transactionPooler({ host, port }: Address): Pick<TransactionPooler, "name" | "direct"> | undefined {
  return transactionPoolers.find((pooler) => pooler.host.test(host) && (pooler.port ?? port) === port);
}

/** Supabase's pooler uses session mode on 5432. */
export function poolingOf(address: Address): Pooling {
  if (transactionPooler(address) !== undefined) return "transaction";
  return /\.pooler\.supabase\.com$/.test(address.host) ? "session" : "unknown";
}

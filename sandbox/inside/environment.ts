import type { Servers } from "./place.ts";

type Environment = Readonly<Record<string, string>>;

/**
 * A container's environment with the addresses of servers on this machine. User, password and database are unchanged, so
 * that the real server refuses wrong ones; the loopback uses no TLS.
 */
export function localEnvironment(environment: Environment, { ports }: Pick<Servers, "ports">): Record<string, string> {
  return { ...environment, ...localDatabase(environment, ports), ...localRedis(environment, ports) };
}

function localDatabase({ POSTGRES_HOST: host, POSTGRES_PORT: port = "5432" }: Environment, ports: Servers["ports"]) {
  const local = ports[`${host}:${port}`];
  return local === undefined
    ? {}
    : { POSTGRES_HOST: "127.0.0.1", POSTGRES_PORT: String(local), PGSSLMODE: "disable", PGSSLROOTCERT: "" };
}

function localRedis({ REDIS_URL: text = "" }: Environment, ports: Servers["ports"]) {
  if (!URL.canParse(text)) return {};
  const { hostname, port, username, password } = new URL(text);
  const local = ports[`${hostname}:${port || "6379"}`];
  const user = username === "" && password === "" ? "" : `${username}:${password}@`;
  return local === undefined ? {} : { REDIS_URL: `redis://${user}127.0.0.1:${local}` };
}

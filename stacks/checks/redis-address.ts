import { isLoopback, isPrivateHost } from "../../lib/hosts.ts";
import { parseRedisUrl, type RedisUrl } from "../../lib/redis-url.ts";
import { edgeProblem } from "../../lib/secret-text.ts";
import type { Problem } from "../../config/problems.ts";
import { placeholderProblem } from "./addresses.ts";

const key = "redisUrl";

/** Reads the address of an external Redis, with the problem of an unusable one. */
export function readRedisAddress(text: string | undefined): { redisAddress?: RedisUrl; problems: Problem[] } {
  if (text === undefined) return { problems: [] };
  const unread = edgeProblem(text) ?? placeholderProblem(text);
  if (unread !== undefined) return { problems: [{ key, message: unread }] };
  try {
    const redisAddress = parseRedisUrl(text);
    const message = serverProblem(redisAddress);
    return message === undefined ? { redisAddress, problems: [] } : { problems: [{ key, message }] };
  } catch (error) {
    const message = `${(error as Error).message}. Write it as rediss://:password@host:6379`;
    return { problems: [{ key, message }] };
  }
}

interface Rule {
  host: RegExp;
  /** Which addresses there are wrong. Default: all. */
  when?: (address: RedisUrl) => boolean;
  problem: string;
}

const withoutTls = ({ tls }: RedisUrl): boolean => !tls;

/** Rules of providers, as they document them. */
const rules: readonly Rule[] = [
  {
    host: /(^|\.)clustercfg\.|\.memorydb\.[a-z0-9-]+\.amazonaws\.com/,
    problem:
      "is the address of a cluster, and Sidekiq does not support cluster mode. Use a Redis with cluster mode disabled, by its primary endpoint",
  },
  {
    host: /\.serverless\.[a-z0-9-]+\.cache\.amazonaws\.com/,
    problem:
      "is a serverless cache, which is always in cluster mode, and Sidekiq does not support that. Create a cache of your own with cluster mode disabled",
  },
  {
    host: /(^|[.-])(ro|replica)\.[a-z0-9.-]+\.cache\.amazonaws\.com|-ro\.[a-z0-9.-]+\.cache\.amazonaws\.com/,
    problem: "is the reader endpoint, which accepts no writes. Use the primary endpoint",
  },
  {
    host: /\.redis\.cache\.windows\.net$/,
    when: ({ tls, port }) => !tls || port === 6379,
    problem: "is Azure's cache without TLS, which is closed by default. Write it as rediss:// with port 6380",
  },
  {
    host: /\.redis\.azure\.net$/,
    when: withoutTls,
    problem: "is Azure Managed Redis without TLS, which is closed by default. Write it as rediss:// with port 10000",
  },
  {
    host: /\.upstash\.io$/,
    when: withoutTls,
    problem: "is Upstash without TLS, which it rejects. Write it as rediss://",
  },
];

function serverProblem(address: RedisUrl): string | undefined {
  const { host, port, tls } = address;
  const found = rules.find((rule) => rule.host.test(host) && (rule.when?.(address) ?? true));
  if (found !== undefined) return found.problem;
  if (port === 26379)
    return (
      "has the port of a Sentinel. Chatwoot's websockets and jobs need one address of the primary: " +
      "use that of a Service or proxy that follows the primary"
    );
  if (isLoopback(host)) return `has the host ${host}, which is the pod itself. Write the host of the server`;
  if (!host.includes(".") && !host.includes(":"))
    return `has the host ${host}, which only pods of one namespace resolve. Write it as ${host}.NAMESPACE.svc`;
  if (!tls && !isPrivateHost(host))
    return "has no TLS, so its password and every message would cross the network in the clear. Write it as rediss://";
  return undefined;
}

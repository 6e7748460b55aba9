import { publicJobs } from "../../config/queues.ts";
import type { Queues } from "../scale/queues.ts";
import { bad, counted, good, type Finding } from "./finding.ts";

export interface QueueLimits {
  /** Waiting jobs of all queues together. */
  depth: number;
  /** Wait of the oldest job of any queue. */
  latencySeconds: number;
}

export interface Workers {
  stack: string;
  /** The command that restarts the workers. */
  restart: string;
  /** The workers of a queue: `worker`, or `worker-mail` of a group. */
  workersOf: (queue: string) => string;
}

export function judgeQueues(found: Queues, limits: QueueLimits, workers: Workers): Finding[] {
  const { queues, retry, scheduled, processes, served } = found;
  const { stack, restart, workersOf } = workers;
  const { own, ofChannels } = deadJobs(found);
  const waiting = queues.reduce((sum, { size }) => sum + size, 0);
  const more = `Read the workers' logs: \`npm run ops -- logs --stack ${stack} --group worker\``;
  return [
    processes > 0
      ? good("workers", counted(processes, "Sidekiq process", "Sidekiq processes"))
      : bad("workers", "no Sidekiq process has reported within a minute: no jobs run", more),
    waiting <= limits.depth
      ? good("depth", `${counted(waiting, "job waits", "jobs wait")} (limit ${limits.depth})`)
      : bad("depth", `${waiting} jobs wait (limit ${limits.depth})`, moreWorkers(stack, workersOf(longest(queues)))),
    ...queues.map(({ name, size, latencySeconds }) => {
      const group = workersOf(name);
      const waits = size === 0 ? "empty" : `${size} waiting, the oldest for ${latencySeconds} s`;
      const detail = `${group}: ${waits}`;
      if (served.length > 0 && !served.includes(name))
        return bad(name, `${detail}; no Sidekiq process serves it`, `Start ${group}, or ${lower(more)}`);
      if (latencySeconds <= limits.latencySeconds) return good(name, detail);
      const fix = processes > 0 ? moreWorkers(stack, group) : more;
      return bad(name, `${detail} (limit ${limits.latencySeconds} s)`, fix);
    }),
    good("retries", `${counted(retry, "job")} failed and will be retried`),
    good("scheduled", `${counted(scheduled, "job is", "jobs are")} due later`),
    ...overdueJobs(found, restart),
    ...healthChecks(found, restart),
    own === 0
      ? good("dead", "none")
      : bad(
          "dead",
          `${counted(own, "job")} dead after the last retry`,
          `Retry or delete them in /monitoring/sidekiq as super admin, or read the logs: \`npm run ops -- logs --stack ${stack} --group worker\``,
        ),
    ...(ofChannels === ""
      ? []
      : [
          good(
            "dead, public",
            `${ofChannels}; an empty request of any visitor leaves one, and so does a broken channel`,
          ),
        ]),
  ];
}

/** The scheduler of a worker that starts while Redis is away ends, and reports nothing. */
function overdueJobs({ overdue }: Queues, restart: string): Finding[] {
  if (overdue === 0) return [];
  const detail = `${counted(overdue, "retry or scheduled job is", "retries and scheduled jobs are")} due for more than 60 s: no worker picks up due jobs`;
  return [bad("overdue", detail, `Restart the workers: ${restart}`)];
}

/** If Redis loses its data, the job that renews a health check is lost too, until the worker restarts. */
function healthChecks({ processes, healthChecks: passing }: Queues, restart: string): Finding[] {
  if (passing >= processes) return [];
  const detail = `${passing} of ${processes} pass: port 7433 answers 404, as after Redis lost its data`;
  return [bad("health checks", detail, `Restart the workers: ${restart}`)];
}

/** Dead jobs that only Chatwoot starts, and those that public endpoints start too, by class. */
function deadJobs({ dead, deadClasses }: Queues): { own: number; ofChannels: string } {
  const ofPublic = Object.entries(deadClasses).filter(([name]) => name.startsWith(publicJobs));
  return {
    own: dead - ofPublic.reduce((sum, [, count]) => sum + count, 0),
    ofChannels: ofPublic.map(([name, count]) => `${count} ${name}`).join(", "),
  };
}

const longest = (queues: Queues["queues"]): string => queues.toSorted((a, b) => b.size - a.size)[0]?.name ?? "";
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

function moreWorkers(stack: string, group: string): string {
  const key = `chatwoot:${group.replace(/^worker-/, "worker.groups.")}.count`;
  return `Add workers: \`pulumi config set --path ${key} N --stack ${stack}\`, then \`pulumi up --stack ${stack}\``;
}

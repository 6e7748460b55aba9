import type { Command } from "commander";
import { answer, endsWith, type Asked } from "../troubleshoot/command.ts";
import { judgeRedis, redisCommand, redisSchema } from "../troubleshoot/redis.ts";

export function addRedis(program: Command): void {
  program
    .command("redis")
    .description("Redis, asked from inside Chatwoot: memory, policy, clients, append-only file; changes nothing")
    .requiredOption("--stack <name>", "the stack")
    .option("--json", "for machines", false)
    .addHelpText("after", endsWith)
    .action((asked: Asked) =>
      answer(asked, {
        name: "redis",
        title: "Redis",
        command: redisCommand,
        schema: redisSchema,
        judge: (facts) => judgeRedis(facts, asked.stack),
        next: `See what Chatwoot says: \`npm run ops -- logs --stack ${asked.stack}\``,
      }),
    );
}

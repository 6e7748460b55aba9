import type { Command } from "commander";
import { diagnose, exitCodesHelp, type DiagnosisOptions } from "../troubleshoot/command.ts";
import { judgeRedis, redisCommand, redisSchema } from "../troubleshoot/redis.ts";

export function addRedis(program: Command): void {
  program
    .command("redis")
    .description("check Redis from inside Chatwoot: memory, policy, clients, append-only file; changes nothing")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--json", "print JSON", false)
    .addHelpText("after", exitCodesHelp)
    .action((options: DiagnosisOptions) =>
      diagnose(options, {
        name: "redis",
        title: "Redis",
        command: redisCommand,
        schema: redisSchema,
        judge: (facts, { webProcesses, restart }) =>
          judgeRedis(facts, options.stack, { processes: webProcesses, restart: restart("web") }),
        next: `Read Chatwoot's logs: \`npm run ops -- logs --stack ${options.stack}\``,
      }),
    );
}

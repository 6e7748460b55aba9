import type { Command } from "commander";
import { answer, endsWith, type Asked } from "../troubleshoot/command.ts";
import { databaseCommand, databaseSchema, judgeDatabase } from "../troubleshoot/database.ts";

export function addDb(program: Command): void {
  program
    .command("db")
    .description("the database, asked from inside Chatwoot: connections, migrations, tables, long queries; reads only")
    .requiredOption("--stack <name>", "the stack")
    .option("--json", "for machines", false)
    .addHelpText("after", endsWith)
    .action((asked: Asked) =>
      answer(asked, {
        name: "db",
        title: "database",
        command: databaseCommand,
        schema: databaseSchema,
        judge: (facts) => judgeDatabase(facts, asked.stack),
        next: `See what Chatwoot says: \`npm run ops -- logs --stack ${asked.stack}\``,
      }),
    );
}

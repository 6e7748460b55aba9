import type { Command } from "commander";
import { diagnose, exitCodesHelp, type DiagnosisOptions } from "../troubleshoot/command.ts";
import { databaseCommand, databaseSchema, judgeDatabase } from "../troubleshoot/database.ts";

export function addDb(program: Command): void {
  program
    .command("db")
    .description(
      "check the database from inside Chatwoot: connections, migrations, tables, long queries; changes nothing",
    )
    .requiredOption("--stack <name>", "name of the stack")
    .option("--json", "print JSON", false)
    .addHelpText("after", exitCodesHelp)
    .action((options: DiagnosisOptions) =>
      diagnose(options, {
        name: "db",
        title: "database",
        command: databaseCommand,
        schema: databaseSchema,
        judge: (facts) => judgeDatabase(facts, options.stack),
        next: `Read Chatwoot's logs: \`npm run ops -- logs --stack ${options.stack}\``,
      }),
    );
}

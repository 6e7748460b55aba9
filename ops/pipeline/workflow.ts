import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import type { SupportConfig, SupportTargets } from "../../config/schema/support.ts";

export interface WorkflowArgs {
  stack: string;
  schedules: SupportConfig["schedules"];
  targets: SupportTargets;
}

/** The action as the project's own workflows pin it: `actions/checkout@DIGEST # VERSION`. */
function checkout(): string {
  const own = readFileSync(new URL("../../.github/workflows/weekly-report.yml", import.meta.url), "utf8");
  const [, pinned] = /uses: (actions\/checkout@\S+ # \S+)/.exec(own) ?? [];
  if (pinned === undefined) throw new Error(".github/workflows/weekly-report.yml pins no actions/checkout");
  return pinned;
}

/**
 * A workflow for GitHub that looks at the pipeline at the times of `support.schedules`. It reads the database from the
 * secret DATABASE_URL_<STACK>, which a hand-over to GitHub sets, so it needs neither Pulumi nor a cluster.
 */
export function workflow({ stack, schedules, targets }: WorkflowArgs, secret: string): string {
  const described = JSON.stringify({ name: stack, targets });
  const steps = (command: string, more: Record<string, unknown>[] = []) => [
    { uses: checkout(), with: { "persist-credentials": false } },
    { uses: "./.github/actions/setup" },
    { run: command, env: { DATABASE_URL: `\${{ secrets.${secret} }}`, CHATWOOT_PIPELINE: described } },
    ...more,
  ];
  const job = (cron: string, all: Record<string, unknown>[]) => ({
    if: `github.event_name == 'workflow_dispatch' || github.event.schedule == '${cron}'`,
    "runs-on": "ubuntu-latest",
    "timeout-minutes": 10,
    environment: stack,
    steps: all,
  });
  const text = stringify(
    {
      name: `Support pipeline of ${stack}`,
      on: {
        schedule: [...new Set([schedules.check, schedules.report])].map((cron) => ({ cron })),
        workflow_dispatch: {},
      },
      permissions: { contents: "read" },
      jobs: {
        check: job(schedules.check, steps("npm run ops -- pipeline check --allow-quiet")),
        report: job(
          schedules.report,
          // A week that missed its targets fails the job, after its report was written.
          steps("node scripts/support/weekly-health.mjs", [
            {
              if: "always()",
              run: 'cat artifacts/ops/support-weekly-*.md >> "$GITHUB_STEP_SUMMARY"',
            },
          ]),
        ),
      },
    },
    { lineWidth: 0 },
  );
  return `# Written by \`npm run ops -- pipeline workflow --stack ${stack}\`: change chatwoot:support.schedules, and write it again.\n${text.replaceAll(/uses: "(.+ # .+)"/g, "uses: $1")}`;
}

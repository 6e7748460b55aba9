export interface Item {
  section: "Before" | "Cut-over" | "Success";
  task: string;
  /** Who does the task or fixes it. */
  owner: string;
  /** Findings that prove it, as `command:check`; `command:*` for all of a command. */
  by?: readonly string[];
  /** Manual check, for tasks without findings or with skipped ones; STACK is replaced by the stack. */
  manual?: string;
}

/** The tasks of the cut-over and its success criteria, in order. */
export const checklist: readonly Item[] = [
  {
    section: "Before",
    task: "Address, token and account",
    owner: "Reliability",
    by: ["health:Rails", "health:API token"],
  },
  { section: "Before", task: "PostgreSQL and Redis", owner: "DevOps", by: ["health:Postgres, Redis"] },
  { section: "Before", task: "Agent service", owner: "AI Team", by: ["health:agent service", "health:agent webhook"] },
  { section: "Before", task: "Tables and indexes of the facts", owner: "DevOps", by: ["pipeline:schema"] },
  {
    section: "Before",
    task: "Credentials out of reach of unreviewed branches",
    owner: "Deployment",
    by: ["review:environments"],
    manual: "Check the environments on GitHub: docs/review.md#what-to-set-up-once",
  },
  {
    section: "Before",
    task: "Tests, linter and scan of the consumer",
    owner: "Engineering",
    manual: "Check that its CI passes for the deployed commit",
  },
  { section: "Cut-over", task: "Deployed, migrated, unchanged since", owner: "Reliability", by: ["stack:deployment"] },
  { section: "Cut-over", task: "Websocket", owner: "Reliability", by: ["health:websocket"] },
  {
    section: "Cut-over",
    task: "Webhook, its events and secret",
    owner: "Reliability",
    by: ["health:webhooks", "e2e:webhook"],
  },
  { section: "Cut-over", task: "Receiver accepts signed webhooks", owner: "Engineering", by: ["health:test webhook"] },
  { section: "Cut-over", task: "CHATWOOT_* handed over", owner: "Support/Integrations", by: ["stack:hand-over"] },
  {
    section: "Cut-over",
    task: "Smoke test",
    owner: "QA",
    by: ["smoke:sign-up", "smoke:onboarding", "smoke:widget", "smoke:attachment"],
  },
  {
    section: "Cut-over",
    task: "Smoke test in the consumer",
    owner: "QA",
    manual: "Open its support page without mock data (/app?mock=0)",
  },
  {
    section: "Cut-over",
    task: "Outgoing mail",
    owner: "Support",
    by: ["smoke:mail"],
    manual: "Send one and check that it arrives: `npm run ops -- smoke --mail --stack STACK`",
  },
  { section: "Cut-over", task: "Backups", owner: "DevOps", by: ["stack:backup"] },
  {
    section: "Cut-over",
    task: "Runbooks and contacts",
    owner: "Support",
    manual: "Add the address and the escalation contacts to the runbooks",
  },
  {
    section: "Cut-over",
    task: "Local installations",
    owner: "Deployment",
    manual: "Remove the instructions for local Docker processes from the documentation",
  },
  {
    section: "Success",
    task: "Success rate over 30 minutes",
    owner: "Engineering",
    by: ["pipeline:deliveries", "pipeline:success rate"],
  },
  { section: "Success", task: "No dead letters", owner: "Engineering", by: ["pipeline:dead letters"] },
  { section: "Success", task: "Average response", owner: "Engineering", by: ["pipeline:response"] },
  { section: "Success", task: "End-to-end test", owner: "QA", by: ["e2e:*"] },
  { section: "Success", task: "Performance baseline", owner: "Engineering", by: ["pipeline:baseline"] },
  {
    section: "Success",
    task: "No errors in the logs",
    owner: "Reliability",
    manual: "Read the logs of the last 30 minutes: `npm run ops -- logs --stack STACK --since 30m`",
  },
  {
    section: "Success",
    task: "Dashboards and alerts",
    owner: "Reliability",
    manual:
      "Check that the dashboard updates and an alert arrives: docs/fly/logs-and-metrics.md, docs/kubernetes/monitoring.md",
  },
  {
    section: "Success",
    task: "Scheduled checks and weekly report",
    owner: "Reliability",
    manual: "Commit the output of `npm run ops -- pipeline workflow --stack STACK`",
  },
];

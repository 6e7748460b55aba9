import { rules } from "../../policy/pack.ts";
import type { AnyRule, Setting } from "../../policy/rule.ts";
import { table } from "./table.ts";

const introduction = `# Policies

<!-- Written by \`npm run reference\` from policy/rules. Edit the rules there. -->

${rules.length} rules that a stack may not break, whoever deploys it: ${count("mandatory")} mandatory, ${count("advisory")} advisory. A mandatory one fails the preview, and so
the deployment; what one resource alone decides is asked before that resource is touched.

\`\`\`sh
pulumi preview --stack prod --policy-pack policy   # with Pulumi; \`up\` takes the same
npm run sandbox -- preview --stack prod            # the same rules on this machine
npm run preview:diff -- --base origin/main         # in the comment on a pull request
\`\`\`

The rules are pure functions in [policy/rules](../policy/rules); each is broken, and passed, by a test
(\`npx vitest run tests/unit/policy\`), and both stacks with every variant of theirs are held to them
(\`npx vitest run tests/sandbox/policies.test.ts\`). Secrets are known by their values: those of the configuration, of
generated passwords, and of Secrets under names such as \`password\`. What a preview does not know yet is asked about in the
next one. What the operators' own charts make (\`kubernetes.install\`) is left out: it is their makers', in pinned versions.

## Exceptions

They stand in [policy/exceptions.json](../policy/exceptions.json), so that they are reviewed like everything else, and
count wherever the rules are asked:

\`\`\`json
{
  "no-service-outside": { "allowed": ["mail-relay"] },
  "tls-at-the-edge": { "enforcementLevel": "advisory" }
}
\`\`\`

\`enforcementLevel\` is \`mandatory\`, \`advisory\` or \`disabled\`; the settings of each rule stand below it.

## Rules`;

function count(level: string): number {
  return rules.filter((rule) => rule.level === level).length;
}

/** The page of every policy, from the rules themselves. */
export function policyPage(): string {
  const list = rules.map(({ name, wants }) => [`[${name}](#${name})`, wants]);
  return [introduction, table(["rule", "what is wanted"], list), ...rules.map(section)].join("\n\n");
}

function section({ name, level, wants, reason, fix, settings }: AnyRule): string {
  const rows = Object.entries(settings as Record<string, Setting>).map(([key, setting]) => [
    `\`${key}\``,
    `\`${JSON.stringify(setting.default)}\``,
    setting.description,
  ]);
  return [
    `### ${name}`,
    `${wants} _${level[0]?.toUpperCase()}${level.slice(1)}._`,
    `Why: ${reason}`,
    `What to do: ${fix}`,
    ...(rows.length === 0 ? [] : [table(["setting", "default", "meaning"], rows)]),
  ].join("\n\n");
}

import type { Adoption, Finding } from "./findings.ts";

const mostPaths = 6;

/** Lists the obstacles first, then the adopted objects. */
export function formatAdoption(stack: string, { findings, obstacles }: Adoption): string {
  const of = (verdict: Finding["verdict"]): Finding[] => findings.filter((one) => one.verdict === verdict);
  const counts = `objects: ${of("taken over").length} adopted in place, ${of("ours").length} already managed, ${of("new").length} new`;
  return [
    ...obstacles.flatMap(({ what, command }, index) => [`${index + 1}. ${what}.`, `   ${command}`]),
    ...(obstacles.length > 0 ? [""] : []),
    ...of("taken over").flatMap(({ object, changes }) => [
      `~ ${object}${changes.length === 0 ? "" : `: ${shown(changes)}`}`,
    ]),
    `${stack}, ${counts}. ${obstacles.length === 0 ? "Nothing blocks the adoption." : `${obstacles.length} to fix first.`}`,
    ...(obstacles.length === 0
      ? ["Adopt them:", `  PULUMI_K8S_ENABLE_PATCH_FORCE=true pulumi up --stack ${stack}`]
      : [`Then run again: \`npm run ops -- adopt --stack ${stack}\``]),
  ].join("\n");
}

function shown(changes: readonly string[]): string {
  const more = changes.length - mostPaths;
  return [...changes.slice(0, mostPaths), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

import { sayFailure } from "../lib/chatwoot/client.ts";
import { countDeadLetters, deadLetterErrors, spanOfMinutes } from "../pipeline/measure.ts";
import { withFacts } from "../pipeline/session.ts";
import { bad, counted, good, type Finding } from "../troubleshoot/finding.ts";

const minutes = 24 * 60;

/** Deliveries of a day that were given up. They stay where they are; a report that fails stops no rollback. */
export async function deadLetterFinding(stack: string, hasFacts: boolean): Promise<Finding> {
  const name = "dead letters";
  if (!hasFacts) return { name, state: "unknown", detail: "the stack keeps no facts of its pipeline" };
  try {
    return await withFacts(stack, "rollback", async (client) => {
      const span = await spanOfMinutes(client, minutes);
      const count = await countDeadLetters(client, span);
      if (count === 0) return good(name, "none in 24 hours");
      const reasons = (await deadLetterErrors(client, span, 3)).map(({ error, count: times }) => `${error} (${times})`);
      return bad(
        name,
        `${counted(count, "delivery", "deliveries")} given up in 24 hours: ${reasons.join("; ")}`,
        `They are kept. See \`npm run ops -- pipeline check --stack ${stack} --minutes ${minutes}\``,
      );
    });
  } catch (error) {
    const detail = `could not be counted: ${sayFailure(error)}`;
    return bad(name, detail, `See \`npm run ops -- pipeline check --stack ${stack}\``);
  }
}

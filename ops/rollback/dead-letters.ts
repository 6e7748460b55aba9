import { failureMessage } from "../lib/chatwoot/client.ts";
import { countDeadLetters, deadLetterErrors, spanOfMinutes } from "../pipeline/measure.ts";
import { withFacts } from "../pipeline/session.ts";
import { bad, counted, good, type Finding } from "../troubleshoot/finding.ts";

const minutes = 24 * 60;

/** Counts the dead letters of 24 hours. A failure does not stop the rollback. */
export async function deadLetterFinding(stack: string, hasFacts: boolean): Promise<Finding> {
  const name = "dead letters";
  if (!hasFacts) return { name, state: "unknown", detail: "the stack does not manage facts of its pipeline" };
  try {
    return await withFacts(stack, "rollback", async (client) => {
      const span = await spanOfMinutes(client, minutes);
      const count = await countDeadLetters(client, span);
      if (count === 0) return good(name, "none in 24 hours");
      const reasons = (await deadLetterErrors(client, span, 3)).map(({ error, count: times }) => `${error} (${times})`);
      return bad(
        name,
        `${counted(count, "delivery", "deliveries")} failed for good in 24 hours: ${reasons.join("; ")}`,
        `They are kept. List them: \`npm run ops -- pipeline check --stack ${stack} --minutes ${minutes}\``,
      );
    });
  } catch (error) {
    const detail = `could not be counted: ${failureMessage(error)}`;
    return bad(name, detail, `Run \`npm run ops -- pipeline check --stack ${stack}\``);
  }
}

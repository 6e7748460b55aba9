import type { Problem } from "../../../config/problems.ts";
import type { Answer, Ask, Question } from "./api.ts";
import type { Commands } from "./commands.ts";
import type { Requirement } from "./requirement.ts";

export interface Findings {
  problems: Problem[];
  /** What could not be looked at, or is missing and not needed for a deployment. */
  warnings: Problem[];
}

/** If 1, a preview does not query the cluster. Only a preview: `up` is refused. */
export const skipVariable = "CHATWOOT_SKIP_PREFLIGHT";

/**
 * The organization of a run without a cluster: the engine keeps what it "deploys" in memory. No Pulumi backend allows
 * spaces in the name, so no real deployment has it.
 */
export const offlineOrganization = "offline run";

/** The oldest minor version of Kubernetes 1 that this program is for: native sidecars and sleeping before a stop. */
const oldestMinor = 30;

/** Asks each question once, all at the same time, and judges the answers. Rejects where nobody answers. */
export async function checkRequirements(ask: Ask, wanted: readonly Requirement[]): Promise<Findings> {
  const asked = new Map<string, Promise<Answer>>();
  const once = (question: Question): Promise<Answer> => {
    const id = JSON.stringify(question);
    const answer = asked.get(id) ?? ask(question);
    asked.set(id, answer);
    return answer;
  };
  const judged = await Promise.all(
    wanted.map(async (requirement) => {
      const answers = await Promise.all(requirement.questions.map(once));
      return { requirement, answers, message: requirement.judge(...answers) };
    }),
  );
  const findings: Findings = { problems: [], warnings: [] };
  for (const { requirement, answers, message } of judged) {
    const { key, isOptional = false } = requirement;
    if (message !== undefined) (isOptional ? findings.warnings : findings.problems).push({ key, message });
    else if (answers.some(({ status }) => status === 401 || status === 403))
      findings.warnings.push({ key, message: "could not be looked up in the cluster: that is not allowed to you" });
  }
  return findings;
}

/** Whether somebody who knows this user answers, in a version that will do. */
export async function checkServer(ask: Ask, commands: Commands): Promise<Problem | undefined> {
  const key = "kubernetes.context";
  const tryIt = `Try \`${commands.kubectl("version")}\``;
  let answer: Answer;
  try {
    answer = await ask({ path: "/version" });
  } catch (error) {
    const without = `set ${skipVariable}=1 to preview without a cluster`;
    return { key, message: `does not answer: ${messageOf(error)}. ${tryIt}, or ${without}` };
  }
  const { status, body } = answer;
  if (status === 401 || status === 403)
    return { key, message: `does not let you in (${status}). Log in again. ${tryIt}` };
  const { major, minor } = (body ?? {}) as { major?: string; minor?: string };
  if (status !== 200 || major === undefined || minor === undefined)
    return { key, message: `does not answer as an API server does (${status}). ${tryIt}` };
  if (Number(major) > 1 || Number.parseInt(minor, 10) >= oldestMinor) return undefined;
  return { key, message: `runs Kubernetes ${major}.${minor}, and this program needs 1.${oldestMinor}. Upgrade it` };
}

function messageOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return (message || code || String(error)).split("\n")[0]!;
}

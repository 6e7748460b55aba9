import type { Problem } from "../../../config/problems.ts";
import type { Answer, Ask, Question } from "./api.ts";
import type { Commands } from "./commands.ts";
import type { Requirement } from "./requirement.ts";

export interface Findings {
  problems: Problem[];
  /** Failed checks, and missing requirements that a deployment does not need. */
  warnings: Problem[];
}

/** If 1, a preview does not query the cluster. Only a preview: `up` is refused. */
export const skipVariable = "CHATWOOT_SKIP_PREFLIGHT";

/**
 * The organization of a run without a cluster: the engine keeps what it "deploys" in memory. No Pulumi backend allows
 * spaces in the name, so no real deployment has it.
 */
export const offlineOrganization = "offline run";

/** The oldest supported minor version of Kubernetes 1: native sidecars and the sleep action before a stop. */
const oldestMinor = 30;

/** Asks each question once, in parallel, and judges the answers. Rejects if the API server does not answer. */
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
      findings.warnings.push({
        key,
        message: "cannot be checked: your user lacks the right to read it in the cluster",
      });
  }
  return findings;
}

/** Whether the API server answers, accepts the user, and has a supported version. */
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
    return { key, message: `rejected your login (${status}). Log in again. ${tryIt}` };
  const { major, minor } = (body ?? {}) as { major?: string; minor?: string };
  if (status !== 200 || major === undefined || minor === undefined)
    return { key, message: `does not answer like a Kubernetes API server (${status}). ${tryIt}` };
  if (Number(major) > 1 || Number.parseInt(minor, 10) >= oldestMinor) return undefined;
  return { key, message: `runs Kubernetes ${major}.${minor}, but the minimum is 1.${oldestMinor}. Upgrade it` };
}

function messageOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return (message || code || String(error)).split("\n")[0]!;
}

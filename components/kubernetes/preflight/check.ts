import type { Problem } from "../../../config/problems.ts";
import { memoized, type Answer, type Ask, type Question } from "./api.ts";
import type { Commands } from "./commands.ts";
import type { ClusterFacts } from "../facts.ts";
import type { Finding, Requirement, Verdict } from "./requirement.ts";

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
export async function checkRequirements(
  ask: Ask,
  wanted: readonly Requirement[],
): Promise<Findings & { facts: ClusterFacts }> {
  const askOnce = memoized(ask);
  const results = await Promise.all(
    wanted.map(async (requirement) => ({
      requirement,
      ...judged(requirement, await all(requirement.questions, askOnce)),
    })),
  );
  const facts = Object.assign({}, ...results.map((each) => each.facts)) as ClusterFacts;
  const findings = { problems: [] as Problem[], warnings: [] as Problem[], facts };
  for (const { requirement, verdict } of results) {
    for (const { key = requirement.key, message, isWarning = requirement.isOptional ?? false } of findingsOf(verdict))
      (isWarning ? findings.warnings : findings.problems).push({ key, message });
  }
  const unseen = results.flatMap(({ requirement, isUnseen }) => (isUnseen ? [requirement.key] : []));
  if (unseen.length > 0)
    findings.warnings.push({
      key: "kubernetes.context",
      message:
        `your user lacks the right to read what these settings need, so they are not checked: ${[...new Set(unseen)].join(", ")}. ` +
        `Request it, or compare them with the cluster yourself`,
    });
  return findings;
}

const all = (questions: readonly Question[], ask: Ask) =>
  Promise.all(questions.map(async (question) => ({ question, answer: await ask(question) })));

const findingsOf = (verdict: Verdict): readonly Finding[] => {
  if (verdict === undefined) return [];
  if (typeof verdict === "string") return [{ message: verdict }];
  return "message" in verdict ? [verdict] : verdict;
};

interface Judged {
  verdict?: Verdict;
  facts?: ClusterFacts;
  /** The user may not read it. */
  isUnseen?: boolean;
}

/** Only answers are judged: "could not be asked" is not "not installed". */
function judged(
  { judge, learn, judgesDenied = false }: Requirement,
  asked: readonly { question: Question; answer: Answer }[],
): Judged {
  const failed = asked.find((each) => outcomeOf(each) === "failed");
  if (failed !== undefined) return { verdict: couldNotBeAsked(failed) };
  if (!judgesDenied && asked.some((each) => outcomeOf(each) === "denied")) return { isUnseen: true };
  const answers = asked.map(({ answer }) => answer);
  return { verdict: judge(...answers), ...(learn && { facts: learn(...answers) }) };
}

/** What an answer says: 404 that the object or the kind does not exist, 403 that the user may not know. */
function outcomeOf({ question, answer: { status, body } }: { question: Question; answer: Answer }) {
  const isReview = question.body !== undefined;
  // An API server without reviews cannot say what the user may do.
  if (status === 403 || (isReview && status === 404)) return "denied";
  if (status === 404) return "answered";
  // A page of a proxy on the way is not an answer.
  return status >= 200 && status < 300 && typeof body?.kind === "string" ? "answered" : "failed";
}

function couldNotBeAsked({ question, answer: { status } }: { question: Question; answer: Answer }): string {
  if (status === 401)
    return "cannot be checked: the API server rejected your login (401). Log in, then run the same command again";
  const what = status >= 200 && status < 300 ? "with something else than its API" : String(status);
  return `cannot be checked: the API server answered ${what} to ${question.path}. Run the same command again`;
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

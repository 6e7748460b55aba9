import { z } from "zod";
import { StepProblem } from "../../../lib/problem.ts";
import { apiServer, type Answer, type Ask } from "../../../components/kubernetes/preflight/api.ts";
import { loadKubeconfig } from "../../../components/kubernetes/preflight/kubeconfig.ts";
import { PreflightError } from "../../../components/kubernetes/preflight/problems.ts";
import { isFields, type Fields, type RecordedObject } from "./recorded.ts";

const limitMs = 20_000;
/** Requests in parallel: fast without loading the API server. */
const atOnce = 8;

const resourceList = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string() })) });

export type Wanted = Pick<RecordedObject, "apiVersion" | "kind" | "name" | "namespace">;

/** Reads objects of one cluster. Never writes. */
export class LiveCluster {
  readonly #ask: Ask;
  readonly #context: string;
  readonly #repeat: string;
  readonly #plurals = new Map<string, Promise<ReadonlyMap<string, string>>>();

  private constructor(ask: Ask, context: string, repeat: string) {
    this.#ask = ask;
    this.#context = context;
    this.#repeat = repeat;
  }

  /** `repeat` is the command line that a fix asks for. */
  static async open(context: string, repeat: string): Promise<LiveCluster> {
    try {
      return new LiveCluster(apiServer(await loadKubeconfig(context, process.env), limitMs), context, repeat);
    } catch (error) {
      if (!(error instanceof PreflightError)) throw error;
      const [problem] = error.problems;
      throw new StepProblem(
        "the cluster's context",
        problem?.message ?? "does not exist",
        `Fix the kubeconfig and run \`${repeat}\``,
      );
    }
  }

  /** Reads objects in this order; undefined for a missing one. */
  async readAll(wanted: readonly Wanted[]): Promise<(Fields | undefined)[]> {
    const found: (Fields | undefined)[] = [];
    for (let start = 0; start < wanted.length; start += atOnce)
      found.push(...(await Promise.all(wanted.slice(start, start + atOnce).map((each) => this.read(each)))));
    return found;
  }

  async read({ apiVersion, kind, name, namespace }: Wanted): Promise<Fields | undefined> {
    const base = await this.#collection(apiVersion, kind, namespace);
    return base === undefined ? undefined : this.#get(`${base}/${encodeURIComponent(name)}`);
  }

  /** Lists the objects of a kind in a namespace; empty if the kind is not installed. */
  async list({ apiVersion, kind, namespace }: Omit<Wanted, "name">): Promise<Fields[]> {
    const base = await this.#collection(apiVersion, kind, namespace);
    const found = base === undefined ? undefined : await this.#get(base);
    const items: unknown = found?.["items"];
    return Array.isArray(items) ? items.filter(isFields) : [];
  }

  /** Whether the cluster has any object of the kind; assumed if listing across namespaces is forbidden. */
  async hasAny({ apiVersion, kind }: Pick<Wanted, "apiVersion" | "kind">): Promise<boolean> {
    const base = await this.#collection(apiVersion, kind, undefined);
    if (base === undefined) return false;
    const { status, body } = await this.#ask({ path: `${base}?limit=1` });
    const items = isFields(body) ? body["items"] : undefined;
    return status === 403 || (Array.isArray(items) && items.length > 0);
  }

  async #collection(apiVersion: string, kind: string, namespace: string | undefined): Promise<string | undefined> {
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (!this.#plurals.has(base)) this.#plurals.set(base, this.#pluralsOf(base));
    const plural = (await this.#plurals.get(base))?.get(kind);
    if (plural === undefined) return undefined;
    return `${base}${namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`}/${plural}`;
  }

  async #pluralsOf(base: string): Promise<ReadonlyMap<string, string>> {
    const { resources } = resourceList.catch({ resources: [] }).parse(await this.#get(base));
    return new Map(resources.filter(({ name }) => !name.includes("/")).map(({ name, kind }) => [kind, name]));
  }

  async #get(path: string): Promise<Fields | undefined> {
    const answer = await this.#ask({ path }).catch((error: unknown) => {
      throw this.#problem("is unreachable", (error as Error).message);
    });
    if (answer.status === 404) return undefined;
    if (answer.status === 200 && isFields(answer.body)) return answer.body;
    throw this.#problem(`answers ${answer.status} at ${path}`, messageOf(answer));
  }

  #problem(wrong: string, said: string): StepProblem {
    return new StepProblem(
      `the API server of context ${this.#context}`,
      said === "" ? wrong : `${wrong}: ${said}`,
      `Check \`kubectl --context ${this.#context} get namespaces\`, and run \`${this.#repeat}\` again`,
    );
  }
}

/** Only the message of an answer is printed. */
function messageOf({ body }: Answer): string {
  const message: unknown = isFields(body) ? body["message"] : undefined;
  return typeof message === "string" ? message : "";
}

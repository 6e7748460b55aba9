import type { Props } from "../../values.ts";
import { isNotFound, NoSuchKindError, UnreachableError } from "./api-error.ts";
import type { Client } from "./client.ts";
import { namespaceOf, type KubeObject } from "./objects.ts";

export interface ApiKind {
  /** The plural name in paths. */
  resource: string;
  namespaced: boolean;
}

export interface Discovery {
  find(apiVersion: string, kind: string): Promise<ApiKind>;
  /** The path of an object, or of its collection without a name. */
  path(object: KubeObject, name?: string): Promise<string>;
  /** Clears the cache, for example after a new CustomResourceDefinition. */
  reset(): void;
  serverVersion(): Promise<string>;
  /** All group/version and group/version/kind names, for helm's --api-versions. */
  apiVersions(): Promise<string[]>;
}

const silentMs = 10_000;

const rootOf = (apiVersion: string) => (apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

export function createDiscovery(client: Client): Discovery {
  const lists = new Map<string, Promise<Props[]>>();

  // An unreachable API server is not retried at once, because every resource of a preview would wait for it.
  let silent: { error: UnreachableError; since: number } | undefined;

  function resources(apiVersion: string): Promise<Props[]> {
    if (silent && Date.now() - silent.since < silentMs) return Promise.reject(silent.error);
    let list = lists.get(apiVersion);
    if (!list) {
      list = client.request("GET", rootOf(apiVersion)).then(
        (body) => body.resources ?? [],
        (error: unknown) => {
          lists.delete(apiVersion);
          if (isNotFound(error)) return [];
          if (error instanceof UnreachableError) silent = { error, since: Date.now() };
          throw error;
        },
      );
      lists.set(apiVersion, list);
    }
    return list;
  }

  const discovery: Discovery = {
    async find(apiVersion, kind) {
      for (const attempt of [1, 2]) {
        const found = (await resources(apiVersion)).find(
          (item) => item["kind"] === kind && !item["name"].includes("/"),
        );
        if (found) return { resource: found["name"], namespaced: found["namespaced"] === true };
        // The cached list may be older than the kind.
        if (attempt === 1) lists.delete(apiVersion);
      }
      throw new NoSuchKindError(apiVersion, kind);
    },
    async path(object, name) {
      const { resource, namespaced } = await discovery.find(object["apiVersion"], object["kind"]);
      const scope = namespaced ? `/namespaces/${encodeURIComponent(namespaceOf(object) || "default")}` : "";
      return `${rootOf(object["apiVersion"])}${scope}/${resource}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
    },
    reset: () => lists.clear(),
    serverVersion: async () => (await client.request("GET", "/version")).gitVersion,
    async apiVersions() {
      lists.clear();
      const groups: Props[] = (await client.request("GET", "/apis")).groups ?? [];
      const versions = [
        "v1",
        ...groups.flatMap((group) => group["versions"].map((version: Props) => version["groupVersion"])),
      ];
      const listed = await Promise.all(
        versions.map(async (version: string) => {
          // An aggregated API is listed even if its server is down.
          const kinds = await resources(version).catch(() => []);
          return [
            version,
            ...kinds.filter((kind) => !kind["name"].includes("/")).map((kind) => `${version}/${kind["kind"]}`),
          ];
        }),
      );
      return listed.flat();
    },
  };
  return discovery;
}

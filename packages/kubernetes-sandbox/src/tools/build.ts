import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folderPinsKey, type ToolCache } from "./cache.ts";
import { givenTool, toolNames, type ToolName } from "./given.ts";
import { runGo } from "./go.ts";
import { withFolderLock } from "./lock.ts";
import { packageCounter } from "./package-counter.ts";
import { heartbeat, type OnProgress } from "./progress.ts";

/** The paths of the control plane's programs. */
export interface Tools {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly helm: string;
}

export interface BuildToolsOptions {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const packages: Record<ToolName, string> = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  helm: "helm.sh/helm/v4/cmd/helm",
};

/** Without the linker's version stamps, the API server reports v0.0.0 and clients disable features. */
function linkerFlags(goMod: { kubernetes: string }): string {
  const [major, minor] = goMod.kubernetes.replace(/^v/, "").split(".");
  const stamps = { gitVersion: goMod.kubernetes, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  const set = Object.entries(stamps).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);
  return ["-s", "-w", ...set].join(" ");
}

interface Building extends BuildToolsOptions {
  bin: string;
  /** Position and total, such as `1 of 4`. */
  place: string;
  /** The alternative if Go is not available. */
  instead: string;
}

async function buildTool(tool: ToolName, { bin, place, instead, onProgress, signal }: Building): Promise<void> {
  const cwd = import.meta.dirname;
  const env = { CGO_ENABLED: "0", GOWORK: "off" };
  const counter = packageCounter();
  const stop = heartbeat(onProgress, (s) => `Building ${tool} (${place}): ${counter.describe()}, ${s} s`);
  // A killed build leaves only this temporary name behind, never a partial program.
  const unfinished = join(bin, `.${tool}.${process.pid}`);
  try {
    const run = { cwd, env, signal, instead, onLine: counter.line };
    counter.total((await runGo(["list", "-deps", packages[tool]], run)).split("\n").length);
    const version = await runGo(["list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes"], run);
    const flags = ["-v", "-trimpath", "-ldflags", linkerFlags({ kubernetes: version }), "-o", unfinished];
    await runGo(["build", ...flags, packages[tool]], run);
    renameSync(unfinished, join(bin, tool));
  } finally {
    rmSync(unfinished, { force: true });
    const seconds = stop();
    if (existsSync(join(bin, tool)))
      onProgress?.({ text: `Built ${tool} (${place}) in ${seconds} s`, transient: false });
  }
}

/**
 * The programs of the control plane in the versions of go.mod: configured ones, or built once into the cache folder. Safe
 * to call from several processes at once, and to interrupt.
 */
export async function buildTools(cache: ToolCache, options: BuildToolsOptions = {}): Promise<Tools> {
  const { onProgress } = options;
  const bin = join(cache.folder, "tools", folderPinsKey(import.meta.dirname));
  const path = (tool: ToolName) => givenTool(cache, tool) ?? join(bin, tool);
  const missing = () => toolNames.filter((tool) => !existsSync(path(tool)));
  if (missing().length > 0) {
    mkdirSync(bin, { recursive: true });
    await withFolderLock(bin, "tools", onProgress, async () => {
      const build = missing();
      const instead = `set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kube-controller-manager and ${cache.variable("HELM")} to a helm 4 binary`;
      for (const [index, tool] of build.entries())
        await buildTool(tool, { ...options, bin, place: `${index + 1} of ${build.length}`, instead });
    });
  }
  return {
    etcd: path("etcd"),
    kubeApiserver: path("kube-apiserver"),
    kubeControllerManager: path("kube-controller-manager"),
    helm: path("helm"),
  };
}

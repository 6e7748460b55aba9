import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The fields of a pod's spec that decide where its containers can write. */
export interface WritingPod {
  initContainers?: readonly WritingContainer[];
  containers: readonly WritingContainer[];
  volumes?: readonly { name: string; emptyDir?: object }[];
}
interface WritingContainer {
  command?: readonly string[];
  env?: readonly { name: string; value?: string }[];
  volumeMounts?: readonly { name: string; mountPath: string }[];
  securityContext?: { readOnlyRootFilesystem?: boolean };
}

/** Ruby's `Dir.tmpdir`: the first candidate that is a folder, writable, and not open to every user without a sticky bit. */
export function temporaryFolder(candidates: readonly string[]): string | undefined {
  return candidates.find((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true || (stat.mode & 0o200) === 0) return false;
    return (stat.mode & 0o002) === 0 || (stat.mode & 0o1000) !== 0;
  });
}

/**
 * Creates in `root` the folders of a pod as a kubelet does, runs its init containers there, and returns the folders in
 * which Ruby would look for a temporary one, in that order.
 */
export function layOutPod(pod: WritingPod, root: string): string[] {
  const image = { "/tmp": 0o1777, "/app": 0o555 };
  for (const [path, mode] of Object.entries(image)) createFolder(join(root, "image", path), mode);
  for (const { name, emptyDir } of pod.volumes ?? [])
    // Open to every user, without the sticky bit: https://github.com/kubernetes/kubernetes/issues/110835.
    if (emptyDir !== undefined) createFolder(join(root, name), 0o2777);
  const here = (container: WritingContainer, path: string): string | undefined => {
    const mount = [...(container.volumeMounts ?? [])]
      .sort((a, b) => b.mountPath.length - a.mountPath.length)
      .find(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
    if (mount !== undefined) return join(root, mount.name, path.slice(mount.mountPath.length));
    return container.securityContext?.readOnlyRootFilesystem === true ? undefined : join(root, "image", path);
  };
  for (const init of pod.initContainers ?? []) {
    const [program = "true", ...words] = init.command ?? [];
    execFileSync(
      program,
      words.map((word) => (word.startsWith("/") ? (here(init, word) ?? "/proc/read-only") : word)),
      { timeout: 10_000 },
    );
  }
  const web = pod.containers[0] as WritingContainer;
  const own = web.env?.find(({ name }) => name === "TMPDIR")?.value;
  return [own, "/tmp", "/app"].flatMap((path) => (path === undefined ? [] : (here(web, path) ?? [])));
}

function createFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  // `mkdir` applies the umask.
  chmodSync(path, mode);
}

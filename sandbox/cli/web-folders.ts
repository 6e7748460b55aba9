import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterPaths } from "kubernetes-sandbox";
import { createKubeClient, objectPath } from "kubernetes-sandbox/client";
import { objectNames } from "../../components/kubernetes/names.ts";
import { placeOf } from "../../ops/lib/stack/place.ts";
import { loadResources } from "../../ops/lib/stack/source.ts";
import { layOutPod, type WritingPod } from "../chatwoot/temporary-folder.ts";
import type { SandboxFolders } from "./folders.ts";

export interface WebFolders {
  /** Where Ruby looks for a folder for temporary files; undefined for the folders of the image. */
  temporary: string[] | undefined;
  remove: () => void;
}

/** The folders of the deployed web, on this machine, with the mode bits of a cluster. */
export async function webFolders(stack: string, folders: SandboxFolders): Promise<WebFolders> {
  const place = placeOf(stack, await loadResources(stack));
  if (place.target === "fly") return { temporary: undefined, remove: () => undefined };
  const client = await createKubeClient(clusterPaths(folders.cluster).kubeconfig);
  const root = mkdtempSync(join(tmpdir(), "chatwoot-web-"));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  try {
    const web = await client.request("GET", objectPath("Deployment", place.namespace, `${objectNames.release}-web`));
    const { template } = web.spec as { template: { spec: WritingPod } };
    return { temporary: layOutPod(template.spec, root), remove };
  } catch (error) {
    remove();
    throw error;
  } finally {
    client.close();
  }
}

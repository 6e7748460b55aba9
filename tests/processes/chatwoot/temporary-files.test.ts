import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { completeWorkload, type Workload } from "../../../components/kubernetes/workload.ts";
import { attachment } from "../../../ops/smoke/checks/attachment.ts";
import { layOutPod, temporaryFolder, type WritingPod } from "../../../sandbox/chatwoot/temporary-folder.ts";
import { openChatwoot, targetOf } from "./support.ts";
import { defaultPods } from "../../helpers/default-pods.ts";

/* Uploads to a web whose pod's folders are those that this program deploys, with the mode bits that a kubelet sets. */

function webPod(runAsNonRoot: boolean): WritingPod {
  const chart = {
    metadata: { name: "chatwoot-web" },
    spec: {
      template: {
        metadata: {},
        spec: {
          containers: [
            { image: "chatwoot/chatwoot:v4.16.2", volumeMounts: [{ name: "cache", mountPath: "/app/tmp" }] },
          ],
          volumes: [{ name: "cache", emptyDir: {} }],
        },
      },
    },
  } as unknown as Workload;
  const args = {
    sources: [],
    checksums: {},
    volumes: [],
    runAsNonRoot,
    pods: defaultPods,
    isAutoscaled: false,
    onOneNode: false,
  };
  return completeWorkload(chart, "web", args).spec.template.spec as unknown as WritingPod;
}

/** A non-root user's pod with an emptyDir at /tmp, and with TMPDIR in any emptyDir. */
const openFolders: WritingPod = {
  containers: [
    {
      volumeMounts: [{ name: "system-tmp", mountPath: "/tmp" }],
      env: [{ name: "TMPDIR", value: "/tmp" }],
      securityContext: { readOnlyRootFilesystem: true },
    },
  ],
  volumes: [{ name: "system-tmp", emptyDir: {} }],
};

function foldersOf(pod: WritingPod): string[] {
  const root = mkdtempSync(join(tmpdir(), "pod-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return layOutPod(pod, root);
}

test.each<[string, WritingPod, string | undefined]>([
  ["as root", webPod(false), "image/tmp"],
  ["as a non-root user", webPod(true), "cache/private"],
  ["in a folder that every user may write to", openFolders, undefined],
])("%s: a temporary folder", (_what, pod, expected) => {
  const found = temporaryFolder(foldersOf(pod));
  expect(found?.split("/").slice(-2).join("/")).toBe(expected);
});

test.each<[string, "ok" | "failed", WritingPod]>([
  ["as root", "ok", webPod(false)],
  ["as a non-root user", "ok", webPod(true)],
  ["in a folder that every user may write to", "failed", openFolders],
])("%s: the upload of `ops smoke` is %s", async (_what, expected, pod) => {
  const { chatwoot, client } = await openChatwoot({ temporaryFolders: foldersOf(pod) });
  const parts = { client, accountId: () => Promise.resolve(1), timeoutSeconds: 5, signal: AbortSignal.timeout(20_000) };
  const outcome = await attachment(parts, targetOf(chatwoot))
    .run()
    .catch(() => ({ state: "failed" }));
  expect(outcome.state).toBe(expected);
});

test("a large body needs a temporary file, a small one does not", async () => {
  const { chatwoot } = await openChatwoot({ temporaryFolders: foldersOf(openFolders) });
  const post = (length: number) =>
    fetch(`${chatwoot.url}/auth/sign_in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "x".repeat(length) }),
    });
  expect((await post(100)).status).toBe(401);
  await expect(post(300_000)).rejects.toThrow();
});

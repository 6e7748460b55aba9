import { describe, expect, test } from "vitest";
import { isImageReference } from "./image-reference.ts";
import { missingForContainer, missingForPod } from "./missing.ts";
import type { Container, PodSpec } from "./pod.ts";
import { base64, podOf, worldOf } from "../test-objects.ts";

const world = worldOf([
  ["ServiceAccount", "default"],
  ["Secret", "s", base64({ key: "v" })],
  ["ConfigMap", "c", { data: { key: "v" }, binaryData: { bin: "AA==" } }],
  ["PersistentVolumeClaim", "bound", { status: { phase: "Bound" } }],
  ["PersistentVolumeClaim", "open", { status: { phase: "Pending" } }],
]);

const pods: [string, Partial<PodSpec>, string[]][] = [
  ["nothing", {}, []],
  ["a service account", { serviceAccountName: "no" }, ['serviceaccount "no" not found']],
  ["a pull secret", { imagePullSecrets: [{ name: "no" }] }, ['image pull secret "no" not found']],
  [
    "a secret volume",
    { volumes: [{ name: "v", secret: { secretName: "no" } }] },
    ['MountVolume.SetUp failed for volume "v": secret "no" not found'],
  ],
  ["an optional one", { volumes: [{ name: "v", secret: { secretName: "no", optional: true } }] }, []],
  [
    "a key of a volume",
    { volumes: [{ name: "v", configMap: { name: "c", items: [{ key: "bin" }, { key: "no" }] } }] },
    ['MountVolume.SetUp failed for volume "v": references non-existent key no of configmap "c"'],
  ],
  [
    "a projected source",
    { volumes: [{ name: "v", projected: { sources: [{ configMap: { name: "no" } }] } }] },
    ['MountVolume.SetUp failed for volume "v": configmap "no" not found'],
  ],
  ["a bound claim", { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "bound" } }] }, []],
  [
    "an open claim",
    { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "open" } }] },
    ['persistentvolumeclaim "open" is not bound'],
  ],
  [
    "a claim",
    { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "no" } }] },
    ['persistentvolumeclaim "no" not found'],
  ],
];
describe("missingForPod", () => {
  test.each(pods)("%s", (_, spec, wanted) =>
    expect(missingForPod(podOf(spec), world).map(({ message }) => message)).toEqual(wanted),
  );
});

const from = (ref: object) => ({ env: [{ name: "X", valueFrom: ref }] });
const containers: [string, Partial<Container>, string[]][] = [
  ["nothing", { envFrom: [{ secretRef: { name: "s" } }], ...from({ configMapKeyRef: { name: "c", key: "key" } }) }, []],
  ["a secret", { envFrom: [{ secretRef: { name: "no" } }] }, ['secret "no" not found']],
  ["a config map", { envFrom: [{ configMapRef: { name: "no" } }] }, ['configmap "no" not found']],
  ["a key of a secret", from({ secretKeyRef: { name: "s", key: "no" } }), ["couldn't find key no in Secret ns/s"]],
  ["an optional key", from({ secretKeyRef: { name: "s", key: "no", optional: true } }), []],
  [
    "a mount's volume",
    { volumeMounts: [{ name: "no", mountPath: "/x" }] },
    ['volume "no" of container "main" not found'],
  ],
  ["an image", { image: "Not An Image" }, ['couldn\'t parse image name "Not An Image"']],
];
describe("missingForContainer", () => {
  test.each(containers)("%s", (_, part, wanted) => {
    const container = { name: "main", image: "app:1", ...part };
    expect(
      missingForContainer(podOf({ containers: [container] }), container, world).map(({ message }) => message),
    ).toEqual(wanted);
  });
});

describe("isImageReference", () => {
  test.each([
    ["nginx", true],
    ["localhost:5000/a/b:v1", true],
    [`ghcr.io/a/b_c:1.2-x@sha256:${"a".repeat(64)}`, true],
    ["", false],
    ["a:", false],
    ["A/b", true],
    ["docker.io/UPPER/x", false],
    ["x@sha256:12", false],
    ["undefined:undefined:x", false],
  ])("%s: %s", (text, wanted) => expect(isImageReference(text)).toBe(wanted));
});

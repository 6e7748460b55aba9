import type { Lookup } from "../world.ts";
import { isImageReference } from "./image-reference.ts";
import type { Container, KeyRef, Pod, Problem, SourceItems } from "./pod.ts";

type Source = "Secret" | "ConfigMap";

function keysOf(lookup: Lookup, source: Source, namespace: string, name: string): Set<string> | undefined {
  const object = lookup.get(source, namespace, name);
  return object && new Set([...Object.keys(object.data ?? {}), ...Object.keys(object.binaryData ?? {})]);
}

/** Missing objects of the pod or its volumes. No container starts until all exist. */
export function missingForPod(pod: Pod, lookup: Lookup): Problem[] {
  const { spec } = pod;
  const namespace = pod.metadata.namespace!;
  const problems: Problem[] = [];
  const creating = (message: string) => problems.push({ reason: "ContainerCreating", message });

  const account = spec.serviceAccountName ?? "default";
  if (!lookup.get("ServiceAccount", namespace, account)) creating(`serviceaccount "${account}" not found`);

  const file = (volume: string, source: Source, name: string, { optional, items }: SourceItems) => {
    if (optional) return;
    const setUp = `MountVolume.SetUp failed for volume "${volume}"`;
    const keys = keysOf(lookup, source, namespace, name);
    if (!keys) return creating(`${setUp}: ${source.toLowerCase()} "${name}" not found`);
    for (const { key } of items ?? []) {
      if (!keys.has(key)) creating(`${setUp}: references non-existent key ${key} of ${source.toLowerCase()} "${name}"`);
    }
  };
  for (const volume of spec.volumes ?? []) {
    if (volume.secret) file(volume.name, "Secret", volume.secret.secretName, volume.secret);
    if (volume.configMap) file(volume.name, "ConfigMap", volume.configMap.name, volume.configMap);
    for (const source of volume.projected?.sources ?? []) {
      if (source.secret) file(volume.name, "Secret", source.secret.name, source.secret);
      if (source.configMap) file(volume.name, "ConfigMap", source.configMap.name, source.configMap);
    }
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined) {
      const object = lookup.get("PersistentVolumeClaim", namespace, claim);
      if (!object) creating(`persistentvolumeclaim "${claim}" not found`);
      else if (object.status?.phase !== "Bound") creating(`persistentvolumeclaim "${claim}" is not bound`);
      else if (object.metadata.deletionTimestamp) creating(`persistentvolumeclaim "${claim}" is being deleted`);
    }
  }
  for (const { name } of spec.imagePullSecrets ?? []) {
    // A kubelet would try to pull without the secret. Nothing is pulled here, so only its existence is checked.
    if (!lookup.get("Secret", namespace, name)) {
      problems.push({ reason: "ImagePullBackOff", message: `image pull secret "${name}" not found` });
    }
  }
  return problems;
}

/** Missing objects of one container. */
export function missingForContainer(pod: Pod, container: Container, lookup: Lookup): Problem[] {
  const namespace = pod.metadata.namespace!;
  const problems: Problem[] = [];
  const config = (message: string) => problems.push({ reason: "CreateContainerConfigError", message });
  if (!isImageReference(container.image)) {
    const message = `couldn't parse image name "${container.image}"`;
    problems.push({ reason: "InvalidImageName", message });
  }
  const volumes = new Set((pod.spec.volumes ?? []).map(({ name }) => name));
  for (const { name } of [...(container.volumeMounts ?? []), ...(container.volumeDevices ?? [])]) {
    if (!volumes.has(name)) config(`volume "${name}" of container "${container.name}" not found`);
  }
  const all = (source: Source, ref: { name: string; optional?: boolean } | undefined) => {
    if (!ref || ref.optional) return;
    if (!keysOf(lookup, source, namespace, ref.name)) config(`${source.toLowerCase()} "${ref.name}" not found`);
  };
  const one = (source: Source, ref: KeyRef | undefined) => {
    if (!ref || ref.optional) return;
    const keys = keysOf(lookup, source, namespace, ref.name);
    if (!keys) config(`${source.toLowerCase()} "${ref.name}" not found`);
    else if (!keys.has(ref.key)) config(`couldn't find key ${ref.key} in ${source} ${namespace}/${ref.name}`);
  };
  for (const from of container.envFrom ?? []) {
    all("Secret", from.secretRef);
    all("ConfigMap", from.configMapRef);
  }
  for (const { valueFrom } of container.env ?? []) {
    one("Secret", valueFrom?.secretKeyRef);
    one("ConfigMap", valueFrom?.configMapKeyRef);
  }
  return problems;
}

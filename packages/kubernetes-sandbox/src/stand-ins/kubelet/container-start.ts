import type { ContainerStart } from "../journal.ts";
import type { Lookup } from "../world.ts";
import { effectiveEnvironment, expand } from "./environment.ts";
import type { Pod } from "./pod.ts";

/** The journal's line for the start of one container. */
export function containerStart(
  pod: Pod,
  name: string,
  owner: { readonly kind: string; readonly name: string },
  world: Lookup,
): ContainerStart {
  const inits = pod.spec.initContainers ?? [];
  const container = [...inits, ...pod.spec.containers].find((candidate) => candidate.name === name)!;
  const environment = effectiveEnvironment(pod, container, world);
  const expandAll = (texts: readonly string[] = []) => texts.map((text) => expand(text, environment));
  return {
    event: "start",
    kind: "Container",
    namespace: pod.metadata.namespace!,
    name,
    pod: pod.metadata.name,
    owner,
    init: inits.includes(container),
    image: container.image,
    command: expandAll(container.command),
    args: expandAll(container.args),
    environment,
  };
}

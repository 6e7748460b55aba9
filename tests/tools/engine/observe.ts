import { isSecret, type Checkpoint, type Props, type ResourceState, type Value } from "pulumi-embedded-engine";

/** What a run did and left behind, without ids, times and generated values. */
export interface Observation {
  exitCode: number;
  /** Sorted, because operations run side by side. */
  steps: string[];
  outputs: Value;
  state: Props[];
  /** Pending operations in the state after it. */
  pending: string[];
  /** Pending operations that the run warned of. */
  warned: string[];
}

interface Seen {
  exitCode: number;
  events: readonly Value[];
  /** With opened secrets. */
  state: Checkpoint;
}

export function observe({ exitCode, events, state: { resources, pendingOperations } }: Seen): Observation {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    exitCode,
    steps: [...new Set(events.flatMap(stepOf))].sort(),
    outputs: visible(stack?.outputs ?? {}),
    state: resources.map(stateOf).sort((one, other) => order(one).localeCompare(order(other))),
    pending: pendingOperations.map(({ resource, type }) => `${type} ${shortUrn(resource.urn)}`),
    warned: events.flatMap(({ diagnosticEvent }) =>
      String(diagnosticEvent?.message ?? "")
        .split("\n")
        .filter((line) => /pending operations from previous|^ {2}\* .*, interrupted while/.test(line)),
    ),
  };
}

/** `update test:index:Thing a [size] size:update`, from the event that ends a step. */
function stepOf({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: Value): string[] {
  const event = resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent;
  // The end of a component is an event only if it registers outputs, so its start counts.
  const isCustom = (event?.metadata.new ?? event?.metadata.old)?.custom === true;
  if (event === undefined || isCustom === (event === resourcePreEvent)) return [];
  const { op, urn, keys, diffs, detailedDiff } = event.metadata;
  const details = Object.entries((detailedDiff ?? {}) as Props).map(([path, { diffKind }]) => `${path}:${diffKind}`);
  const lists = [keys ?? [], diffs ?? [], details].map((list: string[]) => `[${[...list].sort().join(" ")}]`);
  // The original starts as `refresh` what it reads; a component never changes by it.
  return [`${op === "refresh" ? "same" : op} ${shortUrn(urn)} ${lists.join(" ")}${resOpFailedEvent ? " FAILED" : ""}`];
}

function stateOf(resource: ResourceState): Props {
  const { urn, id, inputs, outputs, provider, parent, dependencies, propertyDependencies, ...rest } = resource;
  const { created: _created, modified: _modified, sourcePosition: _position, ...options } = rest as Props;
  const kept = Object.entries(options).filter(([key, value]) => !isEmpty(value) && !key.startsWith("stackTrace"));
  return {
    ...Object.fromEntries(kept),
    urn: shortUrn(urn),
    hasId: Boolean(id),
    ...(parent && { parent: shortUrn(parent) }),
    ...(provider && { provider: shortUrn(provider.slice(0, provider.lastIndexOf("::"))) }),
    dependencies: (dependencies ?? []).map(shortUrn).sort(),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies ?? {})
        .filter(([, urns]) => urns.length > 0)
        .map(([key, urns]) => [key, urns.map(shortUrn).sort()]),
    ),
    inputs: visible(inputs ?? {}),
    outputs: visible(outputs ?? {}),
  };
}

const order = ({ urn, delete: isDeleted }: Props): string => `${String(urn)} ${String(isDeleted ?? false)}`;

function isEmpty(value: Value): boolean {
  return (
    value === undefined ||
    value === false ||
    value === "" ||
    (typeof value === "object" && Object.keys(value ?? {}).length === 0)
  );
}

/** `type::name`, with the parents' types. */
function shortUrn(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** Generated texts differ in each run; that they are secret does not. */
function visible(value: Value, key = ""): Value {
  if (isSecret(value)) return { secret: typeof value.value };
  if (Array.isArray(value)) return value.map((item) => visible(item));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value as Props)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, item]) => [name, visible(item, name)]),
    );
  return generated.has(key) && typeof value === "string" ? "generated" : value;
}

/** Outputs of the random provider, and what the engine or a clock fills in. */
const generated = new Set(["result", "hex", "dec", "b64Std", "b64Url", "id", "bcryptHash"]);

import type { EngineEvent } from "pulumi-embedded-engine";

/** What `pulumi preview --json` prints of a run: its changes, with secrets as `[secret]`. `events`: one JSON object a line. */
export function previewDigest(events: string): string {
  const steps = events
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => {
      const event = JSON.parse(line) as EngineEvent;
      if (!("resourcePreEvent" in event) || event.resourcePreEvent.metadata.op === "same") return [];
      const { op, urn, old, new: next } = event.resourcePreEvent.metadata;
      return [{ op, urn, ...(old && { oldState: old }), ...(next && { newState: next }) }];
    });
  return JSON.stringify({ steps }, null, 4);
}

import type { TimedEvent } from "../input/event-log.ts";
import type { Message } from "./model.ts";

/** Pulumi's marks for colour, and those of terminals. */
// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const colours = /<\{%[^%]*%\}>|\u001b\[[0-9;?]*[A-Za-z]/g;

function plainText(text: string): string {
  return text.replaceAll(colours, "").trimEnd();
}

/**
 * What was said, by URN; "" for what is about no resource. Progress is left out, and so are Pulumi's debug messages: they
 * hold the values of secrets.
 */
export function messagesByUrn(events: readonly TimedEvent[]): Map<string, Message[]> {
  const found = new Map<string, Message[]>();
  const add = (urn: string, message: Message): void => {
    const known = found.get(urn) ?? [];
    if (message.text !== "" && !known.some(({ text }) => text === message.text)) found.set(urn, [...known, message]);
  };
  for (const { event } of events) {
    if ("diagnosticEvent" in event) {
      const { severity, message, urn = "", ephemeral } = event.diagnosticEvent;
      if (severity === "debug" || ephemeral) continue;
      add(urn, {
        severity: severity === "error" || severity === "warning" ? severity : "info",
        text: plainText(message),
      });
    } else if ("policyEvent" in event) {
      const { resourceUrn = "", message, policyName, enforcementLevel } = event.policyEvent as PolicyEvent;
      const severity = enforcementLevel === "mandatory" ? "error" : "warning";
      add(resourceUrn, { severity, text: `policy ${policyName}: ${plainText(message)}` });
    } else if ("errorEvent" in event) {
      add("", { severity: "error", text: plainText((event.errorEvent as { error: string }).error) });
    }
  }
  return found;
}

/** Of Pulumi's, not of the embedded engine's. */
interface PolicyEvent {
  resourceUrn?: string;
  message: string;
  policyName: string;
  enforcementLevel: string;
}

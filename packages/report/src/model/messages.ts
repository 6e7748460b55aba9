import type { TimedEvent } from "../input/event-log.ts";
import type { Message } from "./model.ts";

/** Colour codes of Pulumi and of terminals. */
// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const colours = /<\{%[^%]*%\}>|\u001b\[[0-9;?]*[A-Za-z]/g;

function plainText(text: string): string {
  return text.replaceAll(colours, "").trimEnd();
}

/**
 * Messages by URN; "" for those without a resource. Progress is omitted, and so are Pulumi's debug messages, which contain
 * the values of secrets.
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

/** Set by Pulumi, not by the embedded engine. */
interface PolicyEvent {
  resourceUrn?: string;
  message: string;
  policyName: string;
  enforcementLevel: string;
}

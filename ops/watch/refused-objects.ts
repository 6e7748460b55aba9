import { stripVTControlCharacters } from "node:util";
import { explainRefusal, remedy, type RefusedObject } from "../../components/kubernetes/refusals.ts";
import type { Cause } from "./cause.ts";

/** The beginning of an object's messages: `  kubernetes:apps/v1:Deployment (chatwoot-chart:chatwoot/chatwoot-web):` */
const heading = /^ {2}kubernetes:\S+:(\w+) \((?:.*[:/])?([^()/:]+)\):$/;
const message = /^ {4}\w+: /;
/** `deployments.apps "chatwoot-web" is forbidden: admission webhook ...`; webhooks may name no object. */
const named = /"([^"/: ]+)" is (?:forbidden|invalid): /;

interface Message {
  object: RefusedObject;
  text: string;
}

/** Reads the objects that the API server refused from what Pulumi prints, a line at a time. */
export function refusedObjects(): { read: (line: string) => void; causes: () => Cause[] } {
  const messages: Message[] = [];
  let object: RefusedObject | undefined;
  return {
    read(coloured) {
      const line = stripVTControlCharacters(coloured);
      const [, kind, resource] = heading.exec(line) ?? [];
      if (kind !== undefined && resource !== undefined) object = { kind, name: resource };
      else if (/^\S/.test(line)) object = undefined;
      else if (object !== undefined && message.test(line)) {
        const name = named.exec(line)?.[1] ?? object.name;
        messages.push({ object: { ...object, name }, text: line.replace(/^.* is (forbidden|invalid): /, "").trim() });
        // Policy engines write a message of several lines.
      } else if (object !== undefined && messages.length > 0) messages.at(-1)!.text += ` ${line.trim()}`;
    },
    causes() {
      const causes = messages.flatMap(({ object, text }): Cause[] => {
        const refusal = explainRefusal(text, object);
        if (refusal === undefined) return [];
        return [{ about: object.name, what: refusal.what, text, fix: remedy(refusal), command: refusal.command }];
      });
      return [...new Map(causes.map((cause) => [`${cause.about} ${cause.what}`, cause])).values()];
    },
  };
}

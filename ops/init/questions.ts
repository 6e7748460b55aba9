import { z } from "zod";
import type { Target } from "../../config/schema.ts";
import { dnsLabel, email, httpsUrl, objectName, sender, storageClass, text } from "../../config/schema/words.ts";

/** Answers by question. */
export type Answers = Readonly<Record<string, string>>;

export interface Question {
  /** The flag that answers it, without its dashes. */
  name: string;
  ask: string;
  /** Accepts an answer, or names its problem. */
  schema: z.ZodType;
  /** Where the answer goes, below `config`. */
  places: readonly (readonly string[])[];
  /** Default: none. */
  proposal?: (answers: Answers) => string | undefined;
}

const regionCode = z.string().regex(/^[a-z]{3}$/, "is not a valid region. Use a code from `fly platform regions`");

/** The first question, which decides the others. */
export const targetQuestion: Question = {
  name: "target",
  ask: "Target, fly or kubernetes",
  schema: z.enum(["fly", "kubernetes"], "is not a target. Use fly or kubernetes"),
  places: [["chatwoot:target"]],
  proposal: () => "fly",
};

const onFly: readonly Question[] = [
  { name: "app", ask: "Name of the app, unique on Fly", schema: dnsLabel, places: [["chatwoot:fly", "app"]] },
  { name: "organization", ask: "Organization", schema: text, places: [["chatwoot:fly", "organization"]] },
  {
    name: "region",
    ask: "Region, near the database",
    schema: regionCode,
    places: [["chatwoot:fly", "region"]],
    proposal: () => "iad",
  },
];

const onKubernetes: readonly Question[] = [
  { name: "context", ask: "Context of the kubeconfig", schema: text, places: [["chatwoot:kubernetes", "context"]] },
  {
    name: "namespace",
    ask: "Namespace",
    schema: dnsLabel,
    places: [["chatwoot:kubernetes", "namespace"]],
    proposal: () => "chatwoot",
  },
  {
    name: "storage-class",
    ask: "Storage class of the volumes",
    schema: storageClass,
    places: [
      ["chatwoot:storage", "storageClass"],
      ["chatwoot:kubernetes", "postgres", "storageClass"],
      ["chatwoot:kubernetes", "redis", "storageClass"],
    ],
  },
  {
    name: "ingress-class",
    ask: "Ingress class",
    schema: objectName,
    places: [["chatwoot:kubernetes", "ingress", "className"]],
    proposal: () => "nginx",
  },
];

const shared: readonly Question[] = [
  {
    name: "url",
    ask: "Public address",
    schema: httpsUrl,
    places: [["chatwoot:url"]],
    proposal: ({ app }) => app && `https://${app}.fly.dev`,
  },
  { name: "account", ask: "Name of the account", schema: text, places: [["chatwoot:account"]] },
  { name: "admin", ask: "Mail address of the super admin", schema: email, places: [["chatwoot:admin", "email"]] },
  {
    name: "sender",
    ask: "Sender of Chatwoot's mail",
    schema: sender,
    places: [["chatwoot:mail", "sender"]],
    proposal: ({ admin }) => admin,
  },
];

/** The questions about a stack on that target, in order. */
export function questionsOf(target: Target): readonly Question[] {
  return [...(target === "fly" ? onFly : onKubernetes), ...shared];
}

/** Every question, for the command's flags. */
export const allQuestions: readonly Question[] = [targetQuestion, ...onFly, ...onKubernetes, ...shared];

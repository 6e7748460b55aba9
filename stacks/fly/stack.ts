import type { Database } from "../../components/chatwoot/database.ts";
import type { GeneratedSecrets } from "../../components/chatwoot/generated-secrets.ts";
import type { FlyStackConfig } from "../load.ts";

/** What the parts of the stack are made from. */
export interface FlyStack {
  config: FlyStackConfig;
  secrets: GeneratedSecrets;
  /** Chatwoot's, encrypted on its way over the public network. */
  database: Database;
}

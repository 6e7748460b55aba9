import type { Database } from "../../components/chatwoot/database.ts";
import type { GeneratedSecrets } from "../../components/chatwoot/generated-secrets.ts";
import type { RootKeys } from "../../components/fly/secrets.ts";
import type { FlyStackConfig } from "../load.ts";
import type { RunningApps } from "./running.ts";

/** Shared input of the parts of the stack. */
export interface FlyStack {
  config: FlyStackConfig;
  secrets: GeneratedSecrets;
  rootKeys: RootKeys;
  running: RunningApps;
  /** Chatwoot's database, with TLS because it is reached over a public network. */
  database: Database;
}

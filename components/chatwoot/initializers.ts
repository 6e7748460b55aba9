import { readFileSync } from "node:fs";
import { lt } from "semver";
import type { InitializersConfig } from "../../config/schema/initializers.ts";
import { versionOf } from "./upgrade.ts";

type Name = keyof InitializersConfig;

/** A Ruby file that Rails loads when it starts. */
export interface Initializer {
  name: string;
  /** Path in the container on both targets. */
  path: string;
  text: string;
}

/** Where the client's address comes from: a header of the edge, or the entry of X-Forwarded-For before trusted proxies. */
export type ClientAddressSource = { header: string } | { hops: number };

export interface InitializersArgs {
  config: InitializersConfig;
  image: string;
  clientAddress: ClientAddressSource;
}

/** Rails loads this folder after Chatwoot's own initializers, because it sorts by path. */
export const initializersFolder = "/app/config/initializers/zz_deployment";

const files: Record<Name, string> = {
  clientAddress: "client-address",
  websocketReconnect: "websocket-reconnect",
  jobRetry: "job-retry",
  jobScheduler: "job-scheduler",
  pendingMail: "pending-mail",
  hiddenArguments: "hidden-arguments",
};

/** The first Chatwoot version that contains a fix (https://github.com/chatwoot/chatwoot/pull/14704). */
const containedFrom: Partial<Record<Name, string>> = { websocketReconnect: "4.18.0" };

/** Whether an image requires the initializer. An image without a version in its tag requires every initializer. */
export function isRequired(name: Name, image: string): boolean {
  const [fixed, version] = [containedFrom[name], versionOf(image)];
  return fixed === undefined || version === undefined || lt(version, fixed);
}

/** Whether websockets work after a restart of Redis without a restart of web. */
export function websocketsReconnect({ websocketReconnect }: InitializersConfig, image: string): boolean {
  return websocketReconnect !== false || !isRequired("websocketReconnect", image);
}

/** The initializers to mount, in the order in which Rails loads them. */
export function chosenInitializers({ config, image, clientAddress }: InitializersArgs): Initializer[] {
  const chosen = (Object.keys(files) as Name[]).filter((name) => config[name] ?? isRequired(name, image));
  return chosen
    .map((name) => {
      const file = `${files[name]}.rb`;
      const text = readFileSync(new URL(`initializers/${file}`, import.meta.url), "utf8");
      const ending = name === "clientAddress" ? insertion(clientAddress) : "";
      return { name: file, path: `${initializersFolder}/${file}`, text: text + ending };
    })
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** The line that puts the middleware before all others. */
function insertion(source: ClientAddressSource): string {
  const option = "header" in source ? `header: '${source.header}'` : `hops: ${source.hops}`;
  return `\nRails.application.config.middleware.insert_before 0, ClientAddress, ${option}\n`;
}

import type { SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import { startIssuer, type Issuer } from "./issuer.ts";
import { startProxy, type Proxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

export interface Gate {
  issuer: Issuer;
  /** What stands behind the proxy in place of Chatwoot. */
  upstream: Upstream;
  proxy: Proxy;
  stop(): Promise<void>;
}

/** The proxy between an issuer and a web server. */
export async function startGate(config: Partial<SsoConfig> = {}): Promise<Gate> {
  const [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
  const proxy = await startProxy({ config, issuer: issuer.url, upstreamPort: upstream.port });
  return {
    ...{ issuer, upstream, proxy },
    async stop() {
      await Promise.all([proxy.stop(), issuer.stop(), upstream.stop()]);
    },
  };
}

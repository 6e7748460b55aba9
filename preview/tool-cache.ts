import { ToolCache } from "kubernetes-sandbox/tools";

/**
 * Where this project keeps the tools that it builds once: `~/.cache/chatwoot-sandbox`, or the folder that
 * `CHATWOOT_SANDBOX_CACHE` names. Variables such as `CHATWOOT_SANDBOX_HELM` name a tool to use instead.
 */
export const toolCache = new ToolCache("chatwoot-sandbox");

import { bundlePrograms } from "./bundle.ts";

/** Every program that a test starts runs from its bundle, and keeps what Node has compiled. */
export default async function setup(): Promise<void> {
  const { preload, compileCache } = await bundlePrograms();
  const options = `--require ${JSON.stringify(preload)}`;
  process.env["NODE_OPTIONS"] = [process.env["NODE_OPTIONS"], options].filter(Boolean).join(" ");
  process.env["NODE_COMPILE_CACHE"] = compileCache;
}

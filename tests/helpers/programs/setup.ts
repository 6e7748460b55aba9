import { bundlePrograms } from "./bundle.ts";

/** Every program that a test starts runs from its bundle, with Node's compile cache. */
export default async function setup(): Promise<void> {
  const { preload, compileCache } = await bundlePrograms();
  const options = `--require ${JSON.stringify(preload)}`;
  const given = process.env["NODE_OPTIONS"] ?? "";
  // Several projects of one run share this setup.
  if (!given.includes(options)) process.env["NODE_OPTIONS"] = `${given} ${options}`.trim();
  process.env["NODE_COMPILE_CACHE"] = compileCache;
}

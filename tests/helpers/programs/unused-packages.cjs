// Preloaded by the programs that tests start. Loading Pulumi's SDK is most of a short program's processor time, and half of
// that is for what these programs do not use: tracing, and the serialization of functions for dynamic resources.
const Module = require("node:module");

/** By the file that requires it. */
const unused = [
  // Tracing is off.
  { by: /@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]tracing\.js$/, name: /^@opentelemetry\/(?!api$)/, load: () => ({}) },
  {
    by: /@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/,
    name: /^@npmcli\/arborist$/,
    load: atFirstUse,
  },
  { by: /@pulumi[\\/]pulumi[\\/]typescript-shim\.js$/, name: /^typescript$/, load: atFirstUse },
];

module.exports = function skipUnusedPackages() {
  const load = Module._load;
  Module._load = function (name, parent, ...rest) {
    const found = unused.find((each) => each.name.test(name) && each.by.test(parent?.filename ?? ""));
    const now = () => load.call(this, name, parent, ...rest);
    return found === undefined ? now() : found.load(now);
  };
};

function atFirstUse(load) {
  let loaded;
  const get = (_target, key) => (key === "__esModule" ? true : (loaded ??= load())[key]);
  return new Proxy({}, { get });
}

import { vendored } from "./vendor.ts";

/** The package.json of this repository, limited to the fields that its package also has. */
export interface Manifest {
  name: string;
  version: string;
  description: string;
  license: string;
  type: string;
  bin: Record<string, string>;
  exports: Record<string, string>;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
}

/** Dependencies that a build needs, or whose code is inside the package. */
const leftOut = ["esbuild", ...Object.keys(vendored)];

/** The package's package.json: entries are the compiled files, because Node strips no types inside node_modules. */
export function packageManifest(root: Manifest): object {
  const { name, version, description, license, type, bin, exports, engines, dependencies } = root;
  return {
    name,
    version,
    description,
    license,
    type,
    bin: mapValues(bin, compiled),
    exports: mapValues(exports, (path) =>
      path.endsWith(".ts") ? { types: path.replace(/\.ts$/, ".d.ts"), default: compiled(path) } : path,
    ),
    engines,
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([key]) => !leftOut.includes(key))),
  };
}

const compiled = (path: string): string => path.replace(/\.ts$/, ".js");

const mapValues = <A, B>(values: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));

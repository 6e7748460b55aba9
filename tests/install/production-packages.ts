import { z } from "zod";

const names = z.record(z.string(), z.string()).default({});
const lockedPackage = z.object({
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().default(false) })).default({}),
});

/** A package-lock.json. */
export const lockfile = z.object({ packages: z.record(z.string(), lockedPackage) });
type Packages = z.infer<typeof lockfile>["packages"];

/** The folders of the packages that `npm ci --omit=dev --workspaces=false` installs. */
export function productionPackages(packages: Packages): string[] {
  const found = new Set<string>();
  const add = (path: string): void => {
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[path]!;
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      const place = placeOf(packages, path, name);
      if (place === undefined || found.has(place)) continue;
      found.add(place);
      add(place);
    }
  };
  add("");
  return [...found].sort();
}

/** The folder that Node finds a package in: the nearest one upwards. */
function placeOf(packages: Packages, from: string, name: string): string | undefined {
  const place = [from, `node_modules/${name}`].filter(Boolean).join("/");
  if (place in packages) return place;
  return from === ""
    ? undefined
    : placeOf(packages, from.replace(/(^|\/)node_modules\/(?!.*node_modules\/).*$/, ""), name);
}

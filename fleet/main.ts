/*
 * Prints what the Pulumi Kubernetes Operator needs for a list of environments, to be applied by kubectl:
 * `npm run --silent fleet -- fleet/example.yaml | kubectl apply --server-side --filename -` (docs/fleet.md).
 */
import { stringify } from "yaml";
import { fleetManifests } from "./manifests.ts";
import { readFleet } from "./read.ts";

const [file] = process.argv.slice(2);
try {
  if (file === undefined) throw new Error("usage: npm run --silent fleet -- fleet/example.yaml");
  const documents = fleetManifests(readFleet(file)).map((object) => stringify(object, { lineWidth: 0 }));
  process.stdout.write(documents.join("---\n"));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

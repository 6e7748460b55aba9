/*
 * Prints the manifests of the Pulumi Kubernetes Operator for a list of environments:
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

// The process of the stand-ins for missing controllers. Started and stopped with the cluster.
import { parseArgs } from "node:util";
import { clusterPaths } from "../folder.ts";
import { createKubeClient } from "../kube-client.ts";
import { readSettings } from "../settings.ts";
import { standIns } from "./all.ts";
import { openJournal } from "./journal.ts";
import { serveKubelet } from "./kubelet-server/server.ts";
import { keepNodes } from "./nodes.ts";
import { runStandIns } from "./runner.ts";

const { values } = parseArgs({ options: { dir: { type: "string" } } });
if (!values.dir) throw new Error("usage: node packages/kubernetes-sandbox/src/stand-ins/main.ts --dir DIR");
const paths = clusterPaths(values.dir);
const settings = readSettings(paths);
if (!settings) throw new Error(`${paths.settings}: no cluster found. Start it first.`);

// One object that breaks a stand-in must not stop the others.
process.on("unhandledRejection", (error) => console.error("unhandled:", error));
process.once("SIGTERM", () => process.exit(0));

const client = await createKubeClient(paths.standInsKubeconfig);
const { world } = await runStandIns(standIns, client, {
  faults: paths.faults,
  namespaceFaults: paths.namespaceFaults,
  journal: openJournal(settings.journal),
});
await serveKubelet({ world, paths, journal: settings.journal, port: settings.ports.kubelet });
// Nodes come last: ready nodes signal that the stand-ins are ready.
await keepNodes(client, settings.nodes, settings.ports.kubelet);

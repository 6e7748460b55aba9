// The process that plays what this cluster has no controller for. Started and stopped with the cluster.
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
if (!settings) throw new Error(`${paths.settings}: there is no cluster. Start it first.`);

// One object that breaks a stand-in must not take the others down with it.
process.on("unhandledRejection", (error) => console.error("unhandled:", error));
process.once("SIGTERM", () => process.exit(0));

const client = await createKubeClient(paths.standInsKubeconfig);
const { world } = await runStandIns(standIns, client, { faults: paths.faults, journal: openJournal(settings.journal) });
await serveKubelet({ world, paths, journal: settings.journal, port: settings.ports.kubelet });
// Last: nodes that are ready tell the one who waits that the stand-ins are.
await keepNodes(client, settings.nodes, settings.ports.kubelet);

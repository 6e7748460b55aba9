import { json, Unhandled } from "../answers.ts";
import { route } from "../route.ts";

export const healthRoutes = [
  route("GET /health", () => json({ status: "woot" })),
  // 200 even while they fail, and `failing` while no connection to PostgreSQL is open. A Redis that loads its data raises.
  route("GET /api", ({ state: { version, services }, pool }) => {
    if (services.redis === "loading") throw new Unhandled(500);
    return json({
      version,
      timestamp: new Date().toISOString().replace("T", " ").slice(0, 19),
      queue_services: services.redis,
      data_services: services.postgres === "ok" && pool.isActive ? "ok" : "failing",
    });
  }),
];

import { json } from "../answers.ts";
import { route } from "../route.ts";

export const healthRoutes = [
  route("GET /health", () => json({ status: "woot" })),
  // Chatwoot returns 200 even while they fail.
  route("GET /api", ({ state: { version, services } }) =>
    json({
      version,
      timestamp: new Date().toISOString().replace("T", " ").slice(0, 19),
      queue_services: services.redis,
      data_services: services.postgres,
    }),
  ),
];

import type { Route } from "../route.ts";
import { contactRoutes } from "./contacts.ts";
import { conversationRoutes } from "./conversations.ts";
import { healthRoutes } from "./health.ts";
import { inboxRoutes } from "./inboxes.ts";
import { messageRoutes } from "./messages.ts";
import { profileRoutes } from "./profile.ts";
import { publicRoutes } from "./public.ts";
import { sessionRoutes } from "./session.ts";
import { webhookRoutes } from "./webhooks.ts";
import { widgetRoutes } from "./widget.ts";

export const routes: readonly Route[] = [
  ...healthRoutes,
  ...sessionRoutes,
  ...profileRoutes,
  ...webhookRoutes,
  ...inboxRoutes,
  ...contactRoutes,
  ...conversationRoutes,
  ...messageRoutes,
  ...publicRoutes,
  ...widgetRoutes,
];

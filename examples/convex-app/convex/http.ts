import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";

const router = httpRouter();

router.route({
  path: "/api/health",
  method: "GET",
  handler: httpAction(() => Promise.resolve(new Response("all is well"))),
});

export default router;

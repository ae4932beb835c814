import { httpRouter } from "convex/server";
import { internal } from "./_generated/api";
import { httpAction } from "./_generated/server";

const http = httpRouter();

http.route({
  path: "/messages",
  method: "POST",
  handler: httpAction(async (ctx, request) => {
    const { author, body } = (await request.json()) as { author: string; body: string };
    await ctx.runMutation(internal.messages.sendInternally, { author, body });
    return new Response(null, { status: 201, headers: { "x-query": new URL(request.url).search } });
  }),
});

http.route({
  path: "/echo",
  method: "POST",
  handler: httpAction(async (_ctx, request) => new Response(request.body, { status: 200 })),
});

http.route({
  path: "/authorization",
  method: "GET",
  handler: httpAction(async (_ctx, request) => new Response(request.headers.get("authorization"))),
});

http.route({
  pathPrefix: "/below/",
  method: "GET",
  handler: httpAction(async (_ctx, request) => Response.json({ path: new URL(request.url).pathname })),
});

export default http;

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
  handler: httpAction((_ctx, request) => Promise.resolve(new Response(request.body))),
});

http.route({
  path: "/authorization",
  method: "GET",
  handler: httpAction((_ctx, request) => Promise.resolve(new Response(request.headers.get("authorization")))),
});

http.route({
  pathPrefix: "/below/",
  method: "GET",
  handler: httpAction((_ctx, request) =>
    Promise.resolve(Response.json({ path: new URL(request.url).pathname })),
  ),
});

export default http;

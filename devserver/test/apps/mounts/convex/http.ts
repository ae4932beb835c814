import { httpActionGeneric, httpRouter } from "convex/server";

const http = httpRouter();
http.route({
  path: "/hello",
  method: "POST",
  handler: httpActionGeneric(
    async (_, request) => new Response(`hello ${await request.text()}`, { status: 201 }),
  ),
});
http.route({
  pathPrefix: "/crash/",
  method: "GET",
  handler: httpActionGeneric(() => Promise.reject(new Error("crashed"))),
});

export default http;

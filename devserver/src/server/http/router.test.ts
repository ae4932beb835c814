import { expect, test } from "vitest";
import { findRoute, json, type Route } from "./router.js";

const routes: Route[] = [
  { method: "POST", path: "/api/query", handle: () => json(1) },
  { method: "GET", path: "/api/query", handle: () => json(2) },
  { method: "GET", path: "/files/*", handle: () => json(3) },
];

test("method and path find the route, and what the star stands for", () => {
  expect(findRoute(routes, "GET", "/api/query").route).toBe(routes[1]);
  expect(findRoute(routes, "GET", "/files/a/b")).toEqual({ route: routes[2], rest: "a/b" });
});

test("HEAD is answered where GET is", () => {
  expect(findRoute(routes, "HEAD", "/files/a").route).toBe(routes[2]);
});

test("an unknown path and a wrong method are told apart", () => {
  expect(() => findRoute(routes, "GET", "/nowhere")).toThrow("There is nothing at /nowhere.");
  expect(() => findRoute(routes, "DELETE", "/files/a")).toThrow("DELETE is not possible on /files/a.");
});

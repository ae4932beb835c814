import { defineApp } from "convex/server";
import { v } from "convex/values";
import inner from "./inner/convex.config";

const app = defineApp({ env: { COLOUR: v.string() } });
app.use(inner, { name: "first", httpPrefix: "/first/", env: { SHADE: app.env.COLOUR } });
app.use(inner, { name: "second", httpPrefix: "/second/", env: { SHADE: "fixed" } });

export default app;

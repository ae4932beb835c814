import { defineApp } from "convex/server";
import counters from "./counters/convex.config";

const app = defineApp();
app.use(counters);

export default app;

import aggregate from "@convex-dev/aggregate/convex.config";
import shardedCounter from "@convex-dev/sharded-counter/convex.config";
import workpool from "@convex-dev/workpool/convex.config";
import { defineApp } from "convex/server";

const app = defineApp();
app.use(aggregate);
app.use(shardedCounter);
app.use(shardedCounter, { name: "otherCounter" });
app.use(workpool);

export default app;

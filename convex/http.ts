import { httpRouter } from "convex/server";
import { addJobsyncRoutes } from "./httpRoutes";

const http = httpRouter();

addJobsyncRoutes(http);

export default http;

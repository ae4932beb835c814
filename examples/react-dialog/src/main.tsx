import { ConvexProvider, ConvexReactClient } from "convex/react";
import { createRoot } from "react-dom/client";
import "jobsync-react/style.css";
import { App } from "./App";
import { JobAccess } from "./JobAccess";
import "./app.css";

const client = new ConvexReactClient(import.meta.env.VITE_CONVEX_URL);

createRoot(document.getElementById("root")!).render(
  <ConvexProvider client={client}>
    <JobAccess>
      <App />
    </JobAccess>
  </ConvexProvider>,
);

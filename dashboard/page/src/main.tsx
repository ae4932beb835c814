import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./page.css";
import { arrive, restartOnArrival, storedSession } from "./session/session";
import { applyTheme } from "./shell/theme";

arrive();
restartOnArrival();
applyTheme();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App session={storedSession()} />
  </StrictMode>,
);

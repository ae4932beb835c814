/** The deployment's functions, by the names that they have where the app keeps them. */
import { anyApi } from "convex/server";
import { useMemo } from "react";
import type { api } from "../../../convex/_generated/api";
import { useFolder } from "./provider";

type Functions = typeof api;
type AnyApi = { [step: string]: AnyApi };

/** `folder` is below the app's convex/: "" where jobsync's functions are at its top. */
export function functionsIn(folder: string): Functions {
  const steps = folder.split("/").filter((step) => step !== "");
  return steps.reduce((found, step) => found[step]!, anyApi as AnyApi) as unknown as Functions;
}

export function useFunctions(): Functions {
  const folder = useFolder();
  return useMemo(() => functionsIn(folder), [folder]);
}

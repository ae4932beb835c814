import { ConvexProvider, type ConvexReactClient } from "convex/react";
import { createContext, type ReactNode, useContext } from "react";
import "./tokens.css";

const Token = createContext<string | undefined>(undefined);
const Folder = createContext("");

export type JobsyncProviderProps = {
  /**
   * A token of scope `read`, or `write` where people may cancel and retry; made by your server, never the key.
   * Give a new one before it expires: what is shown stays while the queries begin again.
   */
  token: string | undefined;
  /** Left out inside an app's own `ConvexProvider`, whose client is then used. */
  client?: ConvexReactClient;
  /** Where the app has jobsync's functions below its convex/: `jobsync` after `jobsync init` in an app of its own. */
  functions?: string | undefined;
  children: ReactNode;
};

/** What every hook and component of this package needs around it. */
export function JobsyncProvider({ token, client, functions = "", children }: JobsyncProviderProps) {
  const inside = (
    <Folder value={functions}>
      <Token value={token}>{children}</Token>
    </Folder>
  );
  return client === undefined ? inside : <ConvexProvider client={client}>{inside}</ConvexProvider>;
}

/** The token as an argument of a call; without one the deployment says that it needs one. */
export function useTokenArgument(): { token?: string } {
  const token = useContext(Token);
  return token === undefined ? {} : { token };
}

export function useFolder(): string {
  return useContext(Folder);
}

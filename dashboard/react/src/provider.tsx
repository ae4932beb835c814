import { ConvexProvider, type ConvexReactClient } from "convex/react";
import { createContext, type ReactNode, useContext } from "react";
import "./tokens.css";

const Token = createContext<string | undefined>(undefined);

export type JobsyncProviderProps = {
  /**
   * A token of scope `read`, or `write` where people may cancel and retry; made by your server, never the key.
   * Give a new one before it expires: what is shown stays while the queries begin again.
   */
  token: string | undefined;
  /** Left out inside an app's own `ConvexProvider`, whose client is then used. */
  client?: ConvexReactClient;
  children: ReactNode;
};

/** What every hook and component of this package needs around it. */
export function JobsyncProvider({ token, client, children }: JobsyncProviderProps) {
  const inside = <Token value={token}>{children}</Token>;
  return client === undefined ? inside : <ConvexProvider client={client}>{inside}</ConvexProvider>;
}

/** The token as an argument of a call; without one the deployment says that it needs one. */
export function useTokenArgument(): { token?: string } {
  const token = useContext(Token);
  return token === undefined ? {} : { token };
}

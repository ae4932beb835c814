import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Claims, claimsOf } from "./claims";
import type { Address, Session } from "./fragment";

const Current = createContext<(Claims & Address) | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const { token, deployment, functions } = session;
  const current = useMemo(
    () => ({ ...claimsOf(token), deployment, ...(functions !== undefined && { functions }) }),
    [token, deployment, functions],
  );
  return <Current value={current}>{children}</Current>;
}

/** Which deployment the page looks at, and what its token is for, so that nothing is offered that would be refused. */
export function useSession(): Claims & Address {
  const session = useContext(Current);
  if (session === null) throw new Error("useSession needs a SessionProvider around it");
  return session;
}

import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Claims, claimsOf } from "./claims";
import type { Session } from "./fragment";

const Current = createContext<(Claims & { deployment: string }) | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const { token, deployment } = session;
  const current = useMemo(() => ({ ...claimsOf(token), deployment }), [token, deployment]);
  return <Current value={current}>{children}</Current>;
}

/** Which deployment the page looks at, and what its token is for, so that nothing is offered that would be refused. */
export function useSession(): Claims & { deployment: string } {
  const session = useContext(Current);
  if (session === null) throw new Error("useSession needs a SessionProvider around it");
  return session;
}

/** Pages of an index as Convex makes them, which it does for an app's tables. A component has a file of its own here. */
import type { QueryCtx } from "../server";

export function paging(db: QueryCtx["db"]): Pick<QueryCtx["db"], "query"> {
  return db;
}

export function pagingOfFiles(db: QueryCtx["db"]): Pick<QueryCtx["db"]["system"], "query"> {
  return db.system;
}

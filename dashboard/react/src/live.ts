/** Live queries as every hook here makes them: with the token, and steady while a new token takes over. */
import {
  type OptionalRestArgsOrSkip,
  type PaginatedQueryArgs,
  type PaginatedQueryItem,
  type PaginatedQueryReference,
  usePaginatedQuery,
  useQuery,
} from "convex/react";
import {
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
  getFunctionName,
} from "convex/server";
import { useState } from "react";
import { useTokenArgument } from "./provider";

/** The last answer to the same question, while the one for a new token is on its way. */
function useSteady<Value>(question: string, value: Value | undefined): Value | undefined {
  const [last, setLast] = useState({ question, value });
  if (value !== undefined && (value !== last.value || question !== last.question))
    setLast({ question, value });
  if (value !== undefined) return value;
  return last.question === question ? last.value : undefined;
}

type WithoutToken<Args> = Omit<Args, "token">;

/** Undefined while it loads. Throws what the deployment refuses, for the nearest error boundary. */
export function useLive<Query extends FunctionReference<"query">>(
  query: Query,
  args: WithoutToken<FunctionArgs<Query>> | "skip",
): FunctionReturnType<Query> | undefined {
  const token = useTokenArgument();
  const asked = (args === "skip" ? args : { ...args, ...token }) as FunctionArgs<Query> | "skip";
  const answer = useQuery(query, ...([asked] as OptionalRestArgsOrSkip<Query>));
  return useSteady(JSON.stringify([getFunctionName(query), args]), answer);
}

export type Pages<Item> = {
  items: Item[];
  /** `loading` until the first page is there, `more` while there is more to ask for. */
  status: "loading" | "loadingMore" | "more" | "complete";
  loadMore: (count: number) => void;
};

const STATUS = {
  LoadingFirstPage: "loading",
  LoadingMore: "loadingMore",
  CanLoadMore: "more",
  Exhausted: "complete",
} as const;

/** A list that grows by pages, each of them live. Throws as `useLive` does. */
export function usePages<Query extends PaginatedQueryReference>(
  query: Query,
  args: WithoutToken<PaginatedQueryArgs<Query>> | "skip",
  initialNumItems: number,
): Pages<PaginatedQueryItem<Query>> {
  const token = useTokenArgument();
  const asked = (args === "skip" ? args : { ...args, ...token }) as PaginatedQueryArgs<Query> | "skip";
  const { results, status, loadMore } = usePaginatedQuery(query, asked, { initialNumItems });
  const question = JSON.stringify([getFunctionName(query), args]);
  const steady = useSteady(question, status === "LoadingFirstPage" ? undefined : results);
  return { items: steady ?? [], status: STATUS[status], loadMore };
}

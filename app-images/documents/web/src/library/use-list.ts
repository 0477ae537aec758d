// The list that the address asks for, as far as it has come.

import { useCallback, useMemo } from "react";
import { isFiltering, useFilter, type ChangeFilter } from "../address/filter";
import { useDocuments } from "../api/queries";
import type { Filter, ListedDocument } from "../api/types";
import { defaultSort } from "./toolbar";

export interface Listed {
  filter: Filter;
  changeFilter: ChangeFilter;
  /** Nothing, until the first part has come. */
  documents: ListedDocument[] | undefined;
  /** How many the filter matches, where that is known. */
  total: number | undefined;
  /** Why nothing has come. */
  error: Error | undefined;
  retry: () => void;
  more: boolean;
  onMore: () => void;
  /** What is shown is the answer to the filter before. */
  old: boolean;
  /** There is nothing at all yet: no document, and no filter that hides any. */
  first: boolean;
}

export function useList(): Listed {
  const [filter, changeFilter] = useFilter();
  const asked = useMemo<Filter>(() => ({ ...filter, sort: filter.sort ?? defaultSort(filter) }), [filter]);
  const list = useDocuments(asked);
  const documents = useMemo(() => list.data?.pages.flatMap((page) => page.items), [list.data]);
  const { fetchNextPage, isFetchingNextPage } = list;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return {
    filter,
    changeFilter,
    documents,
    total: list.data?.pages[0]?.total ?? undefined,
    error: documents ? undefined : (list.error ?? undefined),
    retry: () => void list.refetch(),
    more: list.hasNextPage,
    onMore,
    old: list.isPlaceholderData,
    first: documents?.length === 0 && !isFiltering(filter) && !filter.trashed,
  };
}

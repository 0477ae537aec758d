import { beforeEach, expect, test, vi } from "vitest";
import { createCache, dropDocument, keys, putDocument, type List } from "../src/api/cache";
import type { DocumentView, Filter } from "../src/api/types";
import { aDocument } from "./world";

const PLAIN: Filter = { sort: "newest" };
const FILTERED: Filter = { sort: "newest", type: "invoice" };
const TRASH: Filter = { sort: "newest", trashed: true };

let cache = createCache();

beforeEach(() => {
  cache = createCache();
});

function list(filter: Filter, items: DocumentView[], next: string | null = null) {
  const data: List = { pages: [{ items, next, total: items.length }], pageParams: [undefined] };
  cache.setQueryData(keys.list(filter), data);
}

function ids(filter: Filter) {
  const data = cache.getQueryData<List>(keys.list(filter));
  return data?.pages.flatMap((page) => page.items.map(({ id }) => id));
}

test("a new document comes into the list of everything at once, into a filtered one by asking", async () => {
  const old = aDocument();
  const fresh = aDocument();
  list(PLAIN, [old]);
  list(FILTERED, [old]);
  vi.useFakeTimers();
  putDocument(cache, fresh);
  expect(ids(PLAIN)).toEqual([fresh.id, old.id]);
  expect(ids(FILTERED)).toEqual([old.id]);
  expect(cache.getQueryState(keys.list(FILTERED))?.isInvalidated).toBe(false);
  await vi.advanceTimersByTimeAsync(3000);
  vi.useRealTimers();
  expect(cache.getQueryState(keys.list(FILTERED))?.isInvalidated).toBe(true);
});

test("a document that is moved to the trash leaves every other list", () => {
  const document = aDocument();
  list(PLAIN, [document]);
  list(TRASH, []);
  putDocument(cache, { ...document, trashed_at: "2026-10-12T10:00:00Z" });
  expect(ids(PLAIN)).toEqual([]);
  expect(ids(TRASH)).toEqual([document.id]);
});

test("an old document does not come above the part of the list that is loaded", () => {
  const oldest = aDocument();
  const newest = aDocument();
  list(PLAIN, [newest], "more");
  putDocument(cache, oldest);
  expect(ids(PLAIN)).toEqual([newest.id]);
});

test("the words that a search matched stay when the document changes", () => {
  const snippet = [{ text: "word", match: true }];
  const document = aDocument();
  list({ q: "word", sort: "relevance" }, [{ ...document, snippet } as DocumentView]);
  putDocument(cache, { ...document, status: "extracting" });
  const data = cache.getQueryData<List>(keys.list({ q: "word", sort: "relevance" }));
  expect(data?.pages[0]?.items[0]).toMatchObject({ status: "extracting", snippet });
});

test("a deleted document leaves all lists and their totals", () => {
  const document = aDocument();
  list(PLAIN, [document, aDocument()]);
  dropDocument(cache, document.id);
  expect(cache.getQueryData<List>(keys.list(PLAIN))?.pages[0]?.total).toBe(1);
});

// A pretended service: documents, categories, views and settings in memory, answering requests as the interface says.

import type {
  Category,
  DocumentPatch,
  DocumentView,
  Filter,
  HistoryEntry,
  ListedDocument,
  NewCategory,
  Person,
  SavedView,
  Selection,
  Settings,
  Source,
  TestAnswer,
  Webhook,
  WebhookAttempt,
} from "../src/api/types";

export class World {
  documents: DocumentView[] = [];
  texts = new Map<string, string[]>();
  history = new Map<string, HistoryEntry[]>();
  categories: Category[] = [];
  views: SavedView[] = [];
  webhooks: Webhook[] = [];
  /** How every attempt to tell a webhook something ends. */
  attempt: WebhookAttempt = { at: "2026-10-12T09:30:00Z" };
  /** What passwords open: by document. */
  passwords = new Map<string, string>();
  person: Person = {
    name: "Anna Petersen",
    home_url: "http://atoll.localhost",
    max_upload_bytes: 1000,
    role: "user",
  };
  settings: Settings = {
    version: 1,
    ai: null,
    prompt: null,
    ocr_languages: ["eng", "deu"],
    max_file_bytes: 100 * 2 ** 20,
    trash_days: 30,
    never_send_categories: [],
    egress_line: null,
    problem: null,
  };
  /** What the provider says to "Test connection". */
  provider: TestAnswer = { ok: true, message: "It described the sample.", took_ms: 800 };
  /** Every request so far: "GET /api/documents". */
  requests: string[] = [];
  /** The bodies that came with them. */
  bodies: unknown[] = [];
  /** Answers every request with this status instead. */
  down: number | undefined;
  /** Hears of every change, as the event stream would. */
  onChange: (event: string, data: unknown) => void = () => undefined;

  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    this.requests.push(`${request.method} ${pathname}`);
    const text = await request.text();
    const body: unknown = text.startsWith("{") ? JSON.parse(text) : undefined;
    if (body !== undefined) this.bodies.push(body);
    if (this.down) return problem(this.down, "internal", "It is down.");
    const [, first, resource = "", id = "", part = ""] = pathname.split("/");
    if (first === "admin") return this.admin(request.method, part || id, body);
    switch (resource) {
      case "person":
        return Response.json(this.person);
      case "categories":
        return this.category(request.method, id, body as NewCategory);
      case "views":
        return this.view(request.method, id, body as SavedView);
      case "webhooks":
        return this.webhook(request.method, id, part, body as { url: string });
      case "import":
        return Response.json({ documents: 0, files: [], imported: 0, already_here: 0, refused: 0 });
      case "facets":
        return Response.json(this.facets());
      case "bulk":
        return id === "download" ? new Response("PK") : this.bulk(body as Bulk);
      case "documents":
        if (!id) return this.list(filterOf(searchParams));
        return this.document(request.method, id, part, searchParams, body);
      default:
        return problem(404, "no-such-path", "There is nothing at this address.");
    }
  }

  private list(filter: Filter & { limit?: number; after?: string }): Response {
    const all = this.matching(filter).toSorted(order(filter.sort ?? "newest"));
    const start = Number(filter.after ?? 0);
    const items = all
      .slice(start, start + (filter.limit ?? 50))
      .map((each) => withSnippet(each, filter.q, this.texts));
    const end = start + items.length;
    return Response.json({ items, next: end < all.length ? String(end) : null, total: all.length });
  }

  private matching(filter: Filter): DocumentView[] {
    return this.documents.filter((document) => {
      const { document_type: type, date, sender, total } = document.classification;
      const amount = Number(total?.value.amount ?? Number.NaN);
      const words = [document.name, ...titleAndText(document, this.texts)].join(" ").toLowerCase();
      return (
        Boolean(document.trashed_at) === Boolean(filter.trashed) &&
        (!filter.q ||
          filter.q
            .toLowerCase()
            .split(/\s+/)
            .every((word) => words.includes(word))) &&
        (!filter.status || document.status === filter.status) &&
        (!filter.type || type?.value === filter.type) &&
        (!filter.category || inCategory(document, filter.category)) &&
        (!filter.from || (date?.value ?? "") >= filter.from) &&
        (!filter.to || (date?.value ?? "~") <= filter.to) &&
        (!filter.sender || (sender?.value.toLowerCase().includes(filter.sender.toLowerCase()) ?? false)) &&
        (!filter.min || amount >= Number(filter.min)) &&
        (!filter.max || amount <= Number(filter.max))
      );
    });
  }

  private document(
    method: string,
    id: string,
    part: string,
    query: URLSearchParams,
    body: unknown,
  ): Response {
    const document = this.documents.find((each) => each.id === id);
    if (!document) return problem(404, "no-such-document", "There is no such document.");
    if (part === "text") return Response.json({ pages: this.texts.get(id) ?? [] });
    if (part === "history") return Response.json(this.history.get(id) ?? []);
    if (part === "restore") return Response.json(this.put({ ...document, trashed_at: null }));
    if (part === "process") return this.process(document, body as { password?: string } | undefined);
    if (method === "PATCH") return Response.json(this.patch(document, body as DocumentPatch));
    if (method === "DELETE") {
      if (query.get("permanently") === "true") this.drop(id);
      else this.put({ ...document, trashed_at: "2026-10-12T10:00:00Z" });
      return new Response(null, { status: 204 });
    }
    return Response.json(document);
  }

  private process(document: DocumentView, body: { password?: string } | undefined): Response {
    const wanted = this.passwords.get(document.id);
    if (wanted !== undefined && body?.password !== wanted)
      return problem(422, "wrong-password", "The password does not open this file.");
    const queued = this.put({ ...document, failure: null, status: "queued", position: 1 });
    return Response.json(queued, { status: 202 });
  }

  private patch(document: DocumentView, { categories, tags, name, ...facts }: DocumentPatch): DocumentView {
    const classification = { ...document.classification };
    for (const [field, value] of Object.entries(facts))
      Object.assign(classification, { [field]: value === null ? null : said(value) });
    if (tags) classification.tags = tags.map((tag) => said(tag));
    const marks = categories
      ? this.categories
          .filter(({ id }) => categories.includes(id))
          .map(({ id, name, colour }) => ({ id, name, colour }))
      : document.categories;
    return this.put({ ...document, name: name ?? document.name, classification, categories: marks });
  }

  private bulk({ action, ...selection }: Bulk): Response {
    const ids = "ids" in selection ? new Set(selection.ids) : undefined;
    const chosen = ids
      ? this.documents.filter(({ id }) => ids.has(id))
      : this.matching("filter" in selection ? selection.filter : {});
    for (const document of chosen) this.act(document, action);
    return Response.json({ changed: chosen.length });
  }

  private act(document: DocumentView, action: Bulk["action"]): void {
    const ids = document.categories.map(({ id }) => id);
    if (action === "trash") this.put({ ...document, trashed_at: "2026-10-12T10:00:00Z" });
    else if (action === "restore") this.put({ ...document, trashed_at: null });
    else if (action === "delete") this.drop(document.id);
    else if (action === "process") this.put({ ...document, status: "queued" });
    else if ("add_categories" in action)
      this.patch(document, { categories: [...ids, ...action.add_categories] });
    else this.patch(document, { categories: ids.filter((id) => !action.remove_categories.includes(id)) });
  }

  private category(method: string, id: string, body: NewCategory): Response {
    if (method === "GET") return Response.json(this.categories);
    if (method === "POST") {
      if (this.categories.some(({ name }) => name === body.name))
        return problem(409, "name-taken", "There is another category of this name.");
      const category = { id: newId(), name: body.name, colour: body.colour, rules: body.rules ?? [] };
      this.categories = [...this.categories, category];
      return Response.json(category, { status: 201 });
    }
    const before = this.categories.find((each) => each.id === id);
    if (!before) return problem(404, "no-such-category", "There is no such category.");
    if (method === "DELETE") {
      this.categories = this.categories.filter((each) => each.id !== id);
      return new Response(null, { status: 204 });
    }
    const after = { ...before, ...body };
    this.categories = this.categories.map((each) => (each.id === id ? after : each));
    return Response.json(after);
  }

  private view(method: string, id: string, body: SavedView): Response {
    if (method === "GET") return Response.json(this.views);
    if (method === "POST") {
      const view = { ...body, id: newId() };
      this.views = [...this.views, view];
      return Response.json(view, { status: 201 });
    }
    this.views = this.views.filter((each) => each.id !== id);
    return new Response(null, { status: 204 });
  }

  private webhook(method: string, id: string, part: string, body: { url: string }): Response {
    if (method === "GET") return Response.json(this.webhooks);
    if (part === "test") {
      this.webhooks = this.webhooks.map((each) => (each.id === id ? { ...each, last: this.attempt } : each));
      return Response.json(this.attempt);
    }
    if (method === "POST") {
      if (!body.url.startsWith("http://"))
        return problem(422, "bad-webhook-address", "The webhook cannot be delivered there.");
      const webhook = { id: newId(), url: body.url };
      this.webhooks = [...this.webhooks, webhook];
      return Response.json(webhook, { status: 201 });
    }
    this.webhooks = this.webhooks.filter((each) => each.id !== id);
    return new Response(null, { status: 204 });
  }

  private facets() {
    const here = this.documents.filter(({ trashed_at }) => !trashed_at);
    const senders = here.flatMap(({ classification: { sender } }) => (sender ? [sender.value] : []));
    return {
      statuses: counts(here.map(({ status }) => status)),
      types: counts(
        here.flatMap(({ classification: { document_type: type } }) => (type ? [type.value] : [])),
      ),
      categories: counts(here.flatMap(({ categories }) => categories.map(({ id }) => id))),
      senders: Object.entries(counts(senders)).map(([name, count]) => ({ name, count })),
      trashed: this.documents.length - here.length,
    };
  }

  private admin(method: string, part: string, body: unknown): Response {
    if (this.person.role !== "admin")
      return problem(403, "forbidden", "Only administrators may see the settings.");
    if (part === "test") return Response.json(this.provider);
    if (method === "PUT") {
      const draft = body as Settings;
      const key = draft.ai?.api_key;
      const kept = key === undefined ? this.settings.ai?.api_key : key && `****${key.slice(-4)}`;
      const ai = draft.ai && { ...draft.ai, api_key: kept ?? null };
      this.settings = { ...this.settings, ...draft, ai, version: this.settings.version + 1 };
    }
    return Response.json(this.settings);
  }

  private put(document: DocumentView): DocumentView {
    this.documents = this.documents.map((each) => (each.id === document.id ? document : each));
    this.onChange("document", document);
    return document;
  }

  private drop(id: string): void {
    this.documents = this.documents.filter((each) => each.id !== id);
    this.onChange("deleted", { id });
  }
}

type Bulk = Selection & {
  action:
    | "process"
    | "trash"
    | "restore"
    | "delete"
    | { add_categories: string[] }
    | { remove_categories: string[] };
};

export function problem(status: number, code: string, detail: string): Response {
  const headers = { "content-type": "application/problem+json" };
  return Response.json({ type: `urn:atoll:problem:${code}`, title: "", status, detail }, { status, headers });
}

let counter = 0;

export function newId(): string {
  counter += 1;
  return `01a20863-0000-7000-8000-${String(counter).padStart(12, "0")}`;
}

export function fact<T>(value: T, source: Source = "rules", confidence = 80) {
  return { value, source, confidence };
}

function said<T>(value: T) {
  return fact(value, "user", 100);
}

type Facts = Partial<DocumentView["classification"]>;

export function aDocument(changes: Partial<DocumentView> = {}, facts: Facts = {}): DocumentView {
  return {
    id: newId(),
    name: "invoice.pdf",
    bytes: 4661,
    sha256: "00",
    status: "ready",
    pages: 1,
    uploaded_at: "2026-10-12T09:00:00Z",
    classification: { ...NOTHING_KNOWN, ...facts },
    categories: [],
    ai: { status: "off" },
    ...changes,
  };
}

const NOTHING_KNOWN: DocumentView["classification"] = {
  title: null,
  document_type: null,
  date: null,
  sender: null,
  recipient: null,
  total: null,
  net: null,
  due_date: null,
  number: null,
  iban: null,
  language: null,
  summary: null,
  tags: [],
  suggested_categories: [],
};

function filterOf(query: URLSearchParams): Filter & { limit?: number; after?: string } {
  const { limit, trashed, ...texts } = Object.fromEntries(query);
  return {
    ...(texts as Filter),
    ...(trashed === "true" ? { trashed: true } : {}),
    ...(limit ? { limit: Number(limit) } : {}),
  };
}

function order(sort: string): (a: DocumentView, b: DocumentView) => number {
  const by = (key: (document: DocumentView) => string) => (a: DocumentView, b: DocumentView) =>
    key(a).localeCompare(key(b));
  switch (sort) {
    case "oldest":
      return by(({ id }) => id);
    case "title":
      return by(({ classification, name }) => classification.title?.value ?? name);
    case "sender":
      return by(({ classification }) => classification.sender?.value ?? "~");
    case "date":
      return by(({ classification }) => classification.date?.value ?? "~");
    default:
      return (a, b) => b.id.localeCompare(a.id);
  }
}

function inCategory(document: DocumentView, wanted: string): boolean {
  if (wanted === "none") return document.categories.length === 0;
  return document.categories.some(({ id }) => id === wanted);
}

function titleAndText(document: DocumentView, texts: Map<string, string[]>): string[] {
  return [document.classification.title?.value ?? "", ...(texts.get(document.id) ?? [])];
}

function withSnippet(
  document: DocumentView,
  q: string | undefined,
  texts: Map<string, string[]>,
): ListedDocument {
  const text = texts.get(document.id)?.join(" ") ?? "";
  const at = q ? text.toLowerCase().indexOf(q.toLowerCase()) : -1;
  if (!q || at < 0) return document;
  const pieces = [
    { text: text.slice(Math.max(0, at - 30), at), match: false },
    { text: text.slice(at, at + q.length), match: true },
    { text: text.slice(at + q.length, at + q.length + 60), match: false },
  ];
  return { ...document, snippet: pieces.filter((piece) => piece.text !== "") };
}

function counts(values: readonly string[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const value of values) all[value] = (all[value] ?? 0) + 1;
  return all;
}

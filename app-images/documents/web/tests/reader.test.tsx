import { notifications } from "@mantine/notifications";
import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { objections, open } from "./page";
import { aDocument, fact, FakeServer } from "./server";

// pdf.js needs a real browser; tests/browser/documents.test.mjs looks at it there.
vi.mock("../src/reader/pdf/pdf-view", () => ({ default: () => <p>The pages</p> }));

let server: FakeServer;

beforeEach(() => {
  notifications.clean();
  server = new FakeServer();
  server.install();
});

async function opened(document: ReturnType<typeof aDocument>, edit = "") {
  server.documents = [document];
  const user = open(`/#/${document.id}${edit}`);
  const reader = await screen.findByRole("dialog");
  return { user, reader: within(reader) };
}

test("the text is one click away, and markup in it is only text", async () => {
  const document = aDocument({ pages: 2 });
  server.texts.set(document.id, ["<b>Rechnung</b> 42", ""]);
  const { user, reader } = await opened(document);
  await user.click(await reader.findByText("Text"));
  expect(await reader.findByText("<b>Rechnung</b> 42")).toBeVisible();
  expect(reader.getByText("There is no text on this page.")).toBeVisible();
});

test("the copy with searchable text is offered where there is one", async () => {
  const scan = aDocument({ searchable: "copy" });
  const { reader } = await opened(scan);
  const link = await reader.findByRole("link", { name: "Download with searchable text" });
  expect(link).toHaveAttribute("href", `/api/documents/${scan.id}/searchable`);
});

test.each(["original", "no", undefined] as const)("no copy is offered where it is %s", async (searchable) => {
  const { reader } = await opened(aDocument(searchable ? { searchable } : {}));
  expect(await reader.findByRole("link", { name: "Download" })).toBeVisible();
  expect(reader.queryByRole("link", { name: "Download with searchable text" })).toBeNull();
});

test("a fact shows its source, and an edit becomes the person's own", async () => {
  const { user, reader } = await opened(aDocument({}, { sender: fact("Brant", "rules", 74) }));
  expect(await reader.findByText("rules 74%")).toBeVisible();
  await user.click(reader.getByRole("button", { name: "Sender: Brant. Edit" }));
  const input = reader.getByLabelText("Sender");
  await user.clear(input);
  await user.type(input, "Brandt{Enter}");
  expect(await reader.findByRole("button", { name: "Sender: Brandt. Edit" })).toBeVisible();
  expect(reader.getByText("you")).toBeVisible();
  expect(server.bodies).toContainEqual({ sender: "Brandt" });
  await user.click(reader.getByRole("button", { name: "Sender: use what was read instead" }));
  await waitFor(() => {
    expect(server.bodies).toContainEqual({ sender: null });
  });
});

test("what is no amount is not sent, and Escape leaves the field, not the document", async () => {
  const { user, reader } = await opened(aDocument());
  await user.click(await reader.findByRole("button", { name: "Add Total" }));
  await user.type(reader.getByLabelText("Total"), "much{Enter}");
  expect(await reader.findByText("Write an amount, such as 486.00 EUR.")).toBeVisible();
  expect(server.requests.filter((request) => request.startsWith("PATCH"))).toEqual([]);
  await user.keyboard("{Escape}");
  expect(await reader.findByRole("button", { name: "Add Total" })).toBeVisible();
});

test("the key for editing opens a document with the cursor in its title", async () => {
  const { reader } = await opened(aDocument({}, { title: fact("Lease") }), "/edit");
  expect(await reader.findByLabelText("Title")).toHaveValue("Lease");
});

test("a suggested category is taken on with one click, and made where there is none", async () => {
  server.categories = [{ id: "c1", name: "Workshop", colour: "#2c9f93", rules: [] }];
  const { user, reader } = await opened(
    aDocument({}, { suggested_categories: [fact("workshop", "ai", 81), fact("Garage", "ai", 60)] }),
  );
  await user.click(await reader.findByRole("button", { name: /Add the category workshop/ }));
  await waitFor(() => {
    expect(server.documents[0]?.categories.map(({ name }) => name)).toEqual(["Workshop"]);
  });
  await user.click(await reader.findByRole("button", { name: /Add the category Garage/ }));
  await waitFor(() => {
    expect(server.documents[0]?.categories.map(({ name }) => name)).toEqual(["Workshop", "Garage"]);
  });
});

test("a locked document asks for its password, and says when it is wrong", async () => {
  const document = aDocument({
    status: "failed",
    failure: { code: "password", reason: "needs a password" },
  });
  server.passwords.set(document.id, "right");
  const { user, reader } = await opened(document);
  await user.type(await reader.findByLabelText(/^Password/), "wrong{Enter}");
  expect(await reader.findByText("The password does not open this file.")).toBeVisible();
  await user.clear(reader.getByLabelText(/^Password/));
  await user.type(reader.getByLabelText(/^Password/), "right{Enter}");
  expect(await reader.findByText("The pages")).toBeVisible();
});

test("the history says who changed what", async () => {
  const document = aDocument();
  server.history.set(document.id, [
    { at: "2026-10-12T09:00:00Z", who: "Anna", what: "changed", field: "title", from: "a", to: "b" },
  ]);
  const { user, reader } = await opened(document);
  await user.click(await reader.findByRole("button", { name: "History" }));
  const line = await reader.findByText("Anna changed the title from “a” to “b”");
  await waitFor(() => {
    expect(line).toBeVisible();
  });
});

test("a document in the trash can be restored from where it is read", async () => {
  const { user, reader } = await opened(aDocument({ trashed_at: "2026-10-12T10:00:00Z" }));
  await user.click(await reader.findByRole("button", { name: "Restore" }));
  expect(await reader.findByRole("button", { name: "Move to trash" })).toBeVisible();
});

test("an address that leads nowhere says so", async () => {
  open("/#/01a20863-0000-7000-8000-00000000dead");
  expect(await screen.findByText("This document is not here")).toBeVisible();
});

test("axe finds nothing to object to in the reader", async () => {
  const document = aDocument(
    { categories: [{ id: "c1", name: "Workshop", colour: "#2c9f93" }] },
    { title: fact("Lease", "user", 100), tags: [fact("garage")] },
  );
  server.categories = [{ id: "c1", name: "Workshop", colour: "#2c9f93", rules: [] }];
  const { reader } = await opened(document);
  await reader.findByText("The pages");
  expect(await objections()).toEqual([]);
});

import { notifications } from "@mantine/notifications";
import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { names, objections, open, rows } from "./page";
import { aDocument, fact, FakeServer } from "./server";

vi.mock("../src/reader/pdf/pdf-view", () => ({ default: () => <p>The pages</p> }));

let server: FakeServer;

beforeEach(() => {
  notifications.clean();
  server = new FakeServer();
  server.install();
  const invoice = aDocument({ name: "a.pdf" }, { title: fact("Invoice"), document_type: fact("invoice") });
  const letter = aDocument({ name: "b.pdf" }, { title: fact("Letter"), document_type: fact("letter") });
  server.documents = [invoice, letter];
  server.texts.set(invoice.id, ["to be paid at once"]);
});

test("a search shows what it found, keeps it in the address, and says when there is nothing", async () => {
  const user = open();
  await rows();
  await user.keyboard("/");
  await user.keyboard("paid");
  await waitFor(async () => {
    expect(await names()).toEqual(["Invoice"]);
  });
  expect(screen.getByText("paid", { selector: "mark" })).toBeVisible();
  expect(window.location.search).toBe("?q=paid");
  await user.keyboard("xyz");
  expect(await screen.findByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Show all documents" }));
  await waitFor(async () => {
    expect(await names()).toEqual(["Letter", "Invoice"]);
  });
});

test("a filter is set, shown, and taken away again", async () => {
  const user = open();
  await rows();
  await user.click(screen.getByRole("button", { name: "Filters" }));
  await user.selectOptions(await screen.findByLabelText("Type"), "letter");
  await waitFor(async () => {
    expect(await names()).toEqual(["Letter"]);
  });
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("button", { name: "Remove the filter Letter" }));
  await waitFor(async () => {
    expect(await names()).toEqual(["Letter", "Invoice"]);
  });
});

test("a view keeps a filter under a name", async () => {
  const user = open("/?type=letter");
  await rows();
  await user.click(screen.getByRole("button", { name: "Saved views" }));
  await user.click(await screen.findByRole("menuitem", { name: "Save this view" }));
  await user.type(await screen.findByLabelText(/^Name/), "Letters{Enter}");
  expect(await screen.findByText("Saved the view “Letters”.")).toBeVisible();
  expect(server.views).toMatchObject([{ name: "Letters", filter: { type: "letter" } }]);
});

test("the keyboard goes through the list, selects and opens", async () => {
  const user = open();
  await rows();
  await user.keyboard("j");
  await waitFor(() => {
    expect(screen.getByRole("link", { name: "Letter" })).toHaveFocus();
  });
  await user.keyboard("j");
  await waitFor(() => {
    expect(screen.getByRole("link", { name: "Invoice" })).toHaveFocus();
  });
  await user.keyboard("x");
  expect(screen.getByRole("checkbox", { name: "Select Invoice" })).toBeChecked();
  await user.keyboard("{Escape}");
  expect(screen.getByRole("checkbox", { name: "Select Invoice" })).not.toBeChecked();
  await user.keyboard("?");
  expect(await screen.findByRole("dialog", { name: "Keys" })).toBeVisible();
});

test("everything that matches goes to the trash at once", async () => {
  const user = open("/?type=letter");
  server.documents = [...server.documents, aDocument({}, { document_type: fact("letter") })];
  await rows();
  await user.click(screen.getByRole("checkbox", { name: "Select Letter" }));
  const bar = within(await screen.findByRole("region", { name: "Selected documents" }));
  await user.click(bar.getByRole("button", { name: "Select all 2" }));
  await user.click(bar.getByRole("button", { name: "Move to trash" }));
  expect(await screen.findByText("Moved to the trash: 2 documents.")).toBeVisible();
  expect(server.bodies).toContainEqual({ filter: { type: "letter" }, action: "trash" });
  expect(server.documents.filter(({ trashed_at }) => !trashed_at)).toHaveLength(1);
});

test("a category is added to the selected documents", async () => {
  server.categories = [{ id: "c1", name: "Workshop", colour: "#2c9f93", rules: [] }];
  const user = open();
  await rows();
  await user.click(screen.getByRole("checkbox", { name: "Select Letter" }));
  await user.click(screen.getByRole("button", { name: "Categories" }));
  await user.click((await screen.findAllByRole("menuitem", { name: "Workshop" }))[0] ?? document.body);
  expect(await screen.findByText("Added to “Workshop”: 1 document.")).toBeVisible();
});

test("axe finds nothing to object to in filters and selection", async () => {
  const user = open("/?type=letter");
  await rows();
  await user.click(screen.getByRole("checkbox", { name: "Select Letter" }));
  await user.click(screen.getByRole("button", { name: "Filters, 1 set" }));
  await screen.findByLabelText("Type");
  expect(await objections()).toEqual([]);
});

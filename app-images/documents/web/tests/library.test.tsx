import { notifications } from "@mantine/notifications";
import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { names, objections, open, rows } from "./page";
import { aDocument, fact, FakeServer } from "./server";

let server: FakeServer;

beforeEach(() => {
  notifications.clean();
  server = new FakeServer();
  server.install();
});

test("without documents the page says what to do", async () => {
  open();
  expect(await screen.findByRole("heading", { name: "Bring in your first PDFs" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Choose PDFs" })).toBeVisible();
});

test("a document is called by its title, and its facts are below", async () => {
  server.documents = [
    aDocument(
      {},
      {
        title: fact("Charging station"),
        sender: fact("Elektro Brandt"),
        date: fact("2026-04-17"),
        document_type: fact("invoice"),
        total: fact({ amount: "1486", currency: "EUR" }),
      },
    ),
  ];
  open();
  const [row] = await rows();
  if (!row) throw new Error("there is a row");
  expect(within(row).getByRole("link", { name: "Charging station" })).toBeVisible();
  expect(within(row).getByText("Elektro Brandt · 17 Apr 2026 · Invoice")).toBeVisible();
  expect(within(row).getByText("1,486.00 EUR")).toBeVisible();
});

test("a document's status follows the server without a reload", async () => {
  const document = aDocument({ status: "queued", pages: null, position: 2 });
  server.documents = [document];
  open();
  const [row] = await rows();
  if (!row) throw new Error("there is a row");
  expect(within(row).getByText("Waiting, no. 2")).toBeVisible();
  act(() => {
    server.emit("document", {
      ...document,
      status: "failed",
      failure: { code: "damaged", reason: "is damaged" },
    });
  });
  expect(await within(row).findByText("This file is damaged.")).toBeVisible();
});

test("a document that was uploaded elsewhere appears on top, and a deleted one leaves", async () => {
  const old = aDocument({ name: "old.pdf" });
  const fresh = aDocument({ name: "fresh.pdf" });
  server.documents = [old];
  open();
  await rows();
  act(() => {
    server.emit("document", fresh);
  });
  await waitFor(async () => {
    expect(await names()).toEqual(["fresh.pdf", "old.pdf"]);
  });
  act(() => {
    server.emit("deleted", { id: old.id });
  });
  await waitFor(() => {
    expect(screen.queryByText("old.pdf")).toBeNull();
  });
});

test("only the rows near the screen exist, however long the list is", async () => {
  server.documents = Array.from({ length: 90 }, (_, number) => aDocument({ name: `${number}.pdf` }));
  open();
  const drawn = (await rows()).length;
  expect(drawn).toBeGreaterThan(5);
  expect(drawn).toBeLessThan(40);
  expect(screen.getByText("90 documents")).toBeVisible();
});

test("moving to the trash can be undone", async () => {
  server.documents = [aDocument({ name: "contract.pdf" })];
  const user = open();
  await user.click(await screen.findByRole("button", { name: "Move to trash: contract.pdf" }));
  expect(await screen.findByRole("heading", { name: "Bring in your first PDFs" })).toBeVisible();
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  expect(await names()).toEqual(["contract.pdf"]);
});

test("nothing is deleted for good before it is confirmed", async () => {
  server.documents = [aDocument({ name: "contract.pdf", trashed_at: "2026-10-12T10:00:00Z" })];
  const user = open("/?trashed=true");
  await user.click(await screen.findByRole("button", { name: "Delete for good: contract.pdf" }));
  await user.click(await screen.findByRole("button", { name: "Keep" }));
  expect(server.requests.filter((request) => request.startsWith("DELETE"))).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Delete for good: contract.pdf" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Delete for good" }));
  expect(await screen.findByRole("heading", { name: "The trash is empty" })).toBeVisible();
});

test("a file above the limit is refused before it is sent, in words", async () => {
  server.documents = [aDocument()];
  const user = open();
  await rows();
  const input = screen.getByLabelText("Choose PDFs", { selector: "input" });
  await user.upload(input, new File(["x".repeat(2000)], "big.pdf", { type: "application/pdf" }));
  expect(await screen.findByText(/“big.pdf” is larger than/)).toBeVisible();
});

test("a list that cannot be loaded says why and can be tried again", async () => {
  server.down = 400;
  const user = open();
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("It is down.");
  server.down = undefined;
  await user.click(within(alert).getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: "Bring in your first PDFs" })).toBeVisible();
});

test("an ended session is said once, for the whole page", async () => {
  server.down = 401;
  open();
  expect(await screen.findByRole("heading", { name: "You are signed out" })).toBeVisible();
});

test("axe finds nothing to object to in the list", async () => {
  server.documents = [
    aDocument({ categories: [{ id: "c", name: "Workshop", colour: "#2c9f93" }] }),
    aDocument({ status: "failed", failure: { code: "password", reason: "needs a password" } }),
  ];
  open();
  await rows();
  expect(await objections()).toEqual([]);
});

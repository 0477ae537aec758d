import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { notifications } from "@mantine/notifications";
import { beforeEach, expect, test } from "vitest";
import { createCache } from "../src/api/cache";
import { App } from "../src/app";
import { aDocument, FakeServer } from "./server";

let server: FakeServer;

beforeEach(() => {
  notifications.clean();
  server = new FakeServer();
  server.install();
});

function open() {
  render(<App cache={createCache()} nonce="test" />);
  return userEvent.setup();
}

async function rows() {
  return within(await screen.findByRole("list", { name: /Documents/ })).getAllByRole("listitem");
}

test("without documents the page says what to do", async () => {
  open();
  expect(await screen.findByRole("heading", { name: "Bring in your first PDFs" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Choose PDFs" })).toBeVisible();
});

test("a document's status follows the server without a reload", async () => {
  const document = aDocument({ status: "queued", pages: undefined });
  server.documents = [document];
  open();
  const [row] = await rows();
  if (!row) throw new Error("there is a row");
  expect(within(row).getByText("Waiting")).toBeVisible();
  act(() => {
    server.emit("document", {
      ...document,
      status: "failed",
      failure: { code: "scan", reason: "has no text layer: it is a scan" },
    });
  });
  expect(await within(row).findByText("This file has no text layer: it is a scan.")).toBeVisible();
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
    expect((await rows()).map((row) => within(row).getAllByRole("link")[0]?.textContent)).toEqual([
      "fresh.pdf",
      "old.pdf",
    ]);
  });
  act(() => {
    server.emit("deleted", { id: old.id });
  });
  await waitFor(() => {
    expect(screen.queryByText("old.pdf")).toBeNull();
  });
});

test("a click opens the text, and markup in it is only text", async () => {
  const document = aDocument({ pages: 2 });
  server.documents = [document];
  server.texts.set(document.id, ["<b>Rechnung</b> 42", ""]);
  const user = open();
  await user.click(await screen.findByRole("link", { name: "invoice.pdf" }));
  const reader = await screen.findByRole("dialog");
  expect(await within(reader).findByText("<b>Rechnung</b> 42")).toBeVisible();
  expect(within(reader).getByText("There is no text on this page.")).toBeVisible();
});

test("nothing is deleted before it is confirmed", async () => {
  server.documents = [aDocument({ name: "contract.pdf" })];
  const user = open();
  await user.click(await screen.findByRole("button", { name: "Delete contract.pdf" }));
  await user.click(await screen.findByRole("button", { name: "Keep it" }));
  expect(server.requests.filter((request) => request.startsWith("DELETE"))).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Delete contract.pdf" }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByRole("heading", { name: "Bring in your first PDFs" })).toBeVisible();
});

test("a file above the limit is refused before it is sent, in words", async () => {
  server.documents = [aDocument()];
  const user = open();
  await rows();
  const input = screen.getByLabelText("Choose PDFs", { selector: "input" });
  await user.upload(input, new File(["x".repeat(2000)], "big.pdf", { type: "application/pdf" }));
  expect(await screen.findByText(/“big.pdf” is larger than/)).toBeVisible();
});

test("a dropped file is taken and a dropped folder is explained", async () => {
  open();
  await screen.findByRole("heading", { name: "Bring in your first PDFs" });
  const item = (file: File, isDirectory: boolean) => ({
    kind: "file",
    webkitGetAsEntry: () => ({ isDirectory }),
    getAsFile: () => file,
  });
  const drop = Object.assign(new Event("drop"), {
    dataTransfer: {
      types: ["Files"],
      items: [item(new File(["x".repeat(2000)], "big.pdf"), false), item(new File([], "folder"), true)],
    },
  });
  act(() => {
    window.dispatchEvent(drop);
  });
  expect(await screen.findByText(/“big.pdf” is larger than/)).toBeVisible();
  expect(screen.queryByText("folder")).toBeNull();
  expect(await screen.findByText(/Folders cannot be uploaded/)).toBeVisible();
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

test("axe finds nothing to object to, in the list and in the reader", async () => {
  const document = aDocument();
  server.documents = [
    document,
    aDocument({ status: "failed", failure: { code: "password", reason: "needs a password" } }),
  ];
  server.texts.set(document.id, ["Rechnung 42"]);
  const user = open();
  await rows();
  const objections = async () =>
    (await axe.run(window.document.body, rules)).violations.map(({ id, nodes }) => [
      id,
      nodes.map(({ html }) => html),
    ]);
  const rules = { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } };
  expect(await objections()).toEqual([]);
  await user.click(screen.getAllByRole("link", { name: "invoice.pdf" })[0] ?? window.document.body);
  await screen.findByText("Rechnung 42");
  expect(await objections()).toEqual([]);
});

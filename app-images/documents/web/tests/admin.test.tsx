import { notifications } from "@mantine/notifications";
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { objections, open } from "./page";
import { FakeServer } from "./server";

let server: FakeServer;

beforeEach(() => {
  notifications.clean();
  server = new FakeServer();
  server.install();
});

const provider = {
  dialect: "anthropic",
  base_url: "https://api.anthropic.com",
  model: "small",
  api_key: "****abcd",
  timeout_secs: 120,
  allow_private_hosts: false,
} as const;

function asAdministrator() {
  server.person = { ...server.person, role: "admin" };
  server.settings = {
    ...server.settings,
    ai: provider,
    egress_line: "- {host: api.anthropic.com, port: 443}",
  };
}

test("who is no administrator is told so, and is still signed in", async () => {
  open("/admin/");
  expect(await screen.findByText("Settings are for administrators")).toBeVisible();
  expect(screen.queryByText("You are signed out")).toBeNull();
});

test("a stored key shows as a mask and is not sent back", async () => {
  asAdministrator();
  const user = open("/admin/");
  const model = await screen.findByLabelText(/^Model/);
  expect(screen.getByText(/Stored: \*\*\*\*abcd/)).toBeVisible();
  expect(screen.getByLabelText("API key")).toHaveValue("");
  await user.clear(model);
  await user.type(model, "large");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/^Saved/)).toBeVisible();
  const sent = server.bodies.at(-1) as { version: number; ai: object };
  expect(sent).toMatchObject({ version: 1, ai: { model: "large" } });
  expect(sent.ai).not.toHaveProperty("api_key");
  expect(await screen.findByText(/Stored: \*\*\*\*abcd/)).toBeVisible();
});

test("a key can be removed", async () => {
  asAdministrator();
  const user = open("/admin/");
  await user.click(await screen.findByRole("button", { name: "Remove" }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => {
    expect(server.bodies.at(-1)).toMatchObject({ ai: { api_key: "" } });
  });
});

test("the test of the connection shows the provider's own words, with what is in the form", async () => {
  asAdministrator();
  server.provider = { ok: false, message: "invalid x-api-key", took_ms: 90 };
  const user = open("/admin/");
  await user.type(await screen.findByLabelText("API key"), "new-key");
  await user.click(screen.getByRole("button", { name: "Test connection" }));
  expect(await screen.findByText(/invalid x-api-key/)).toBeVisible();
  expect(server.bodies.at(-1)).toMatchObject({ ai: { api_key: "new-key" } });
  expect(screen.getByText("- {host: api.anthropic.com, port: 443}")).toBeVisible();
});

test("a provider that is left alone says so with its last failure", async () => {
  asAdministrator();
  const last_failure = "the provider asks to slow down: too many requests";
  server.settings = { ...server.settings, circuit: { failures: 1, paused_secs: 3541, last_failure } };
  open("/admin/");
  const note = await screen.findByText("The provider is left alone for 60 min");
  expect(note).toBeVisible();
  expect(screen.getByText(/^The provider asks to slow down: too many requests\./)).toBeVisible();
});

test("a category is made with a rule, renamed and deleted", async () => {
  const user = open("/#/categories");
  await user.click(await screen.findByRole("button", { name: "New category" }));
  await user.type(await screen.findByLabelText(/^Name/), "Harbour");
  await user.click(screen.getByRole("button", { name: "Add a rule" }));
  await user.type(screen.getByLabelText("Words"), "Hafen");
  await user.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByText("Sender contains “Hafen”")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Edit Harbour" }));
  await user.clear(await screen.findByLabelText(/^Name/));
  await user.type(screen.getByLabelText(/^Name/), "Port{Enter}");
  await user.click(await screen.findByRole("button", { name: "Delete Port" }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByText(/Categories are your own drawers/)).toBeVisible();
});

test("axe finds nothing to object to in settings and categories", async () => {
  asAdministrator();
  open("/admin/#/categories");
  await screen.findByRole("button", { name: "New category" });
  await screen.findByLabelText(/^Model/);
  expect(await objections()).toEqual([]);
});

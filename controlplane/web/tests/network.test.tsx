// Where an app may go: the console shows the line to add and cannot add it.

import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { openConsole } from "./console";

it("“Allow” only shows the line of the allowlist", async () => {
  const { person, requests } = openConsole("/admin/apps/documents?tab=network");
  await person.click(await screen.findByRole("button", { name: "Allow updates.example.net:443" }));
  const dialog = await screen.findByRole("dialog", { name: "Let Documents reach updates.example.net:443" });
  expect(within(dialog).getByText("- {host: updates.example.net, port: 443}")).toBeVisible();
  await person.click(within(dialog).getByRole("button", { name: "Done" }));
  expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
});

it("a name that leads inside cannot be allowed by a line", async () => {
  openConsole("/admin/apps/documents?tab=network");
  const table = await screen.findByRole("table", { name: "Blocked attempts" });
  expect(within(table).getByText("leads to an inside address")).toBeVisible();
  expect(within(table).queryByRole("button", { name: "Allow api.example.com:443" })).toBeNull();
});

it("what the app may reach is listed by host and port, with what it did with that", async () => {
  openConsole("/admin/apps/documents?tab=network");
  const reached = await screen.findByRole("table", { name: "Reached hosts" });
  const cells = within(reached)
    .getAllByRole("cell")
    .map((cell) => cell.textContent);
  expect(cells.slice(0, 4)).toEqual(["api.example.com:443", "12", "47.1 KiB", "1.1 MiB"]);
  const allowed = screen.getByRole("region", { name: "May reach" });
  expect(within(allowed).getByText("api.example.com:443")).toBeVisible();
  expect(screen.getByText(/In all 12 connections, 47.1 KiB out, 1.1 MiB in since/)).toBeVisible();
});

it("an app without an entry for the outside is said to reach nothing", async () => {
  openConsole("/admin/apps/documents?tab=network", (world) => {
    world.egress = {
      ...world.egress,
      allowed: [],
      reached: 0,
      sent_bytes: 0,
      received_bytes: 0,
      hosts: [],
      blocked: [],
    };
  });
  expect(await screen.findByText("Nothing outside its island.")).toBeVisible();
  expect(screen.getByText(/In all 0 connections/)).toBeVisible();
  expect(screen.queryByRole("table")).toBeNull();
});

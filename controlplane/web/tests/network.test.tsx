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

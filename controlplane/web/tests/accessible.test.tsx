// Every screen, by the rules of WCAG that a program can check. Colours need a real browser and are not among them.

import { screen } from "@testing-library/react";
import axe from "axe-core";
import { expect, it } from "vitest";
import { openConsole, title } from "./console";

async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(document, { rules: { "color-contrast": { enabled: false } } });
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}

it.each([
  ["/", "Your apps"],
  ["/profile", "Profile"],
  ["/admin/catalogue", "Catalogue"],
  ["/admin/catalogue/board", "Board"],
  ["/admin/apps", "Installed apps"],
  ["/admin/apps/documents", "Documents"],
  ["/admin/apps/documents?tab=access", "Documents"],
  ["/admin/apps/documents?tab=network", "Documents"],
  ["/admin/apps/documents?tab=logs", "Documents"],
  ["/admin/users", "Users"],
  ["/admin/users/019ab000-0000-7000-8000-000000000002", "Ben Okafor"],
  ["/admin/audit", "Audit"],
  ["/admin/status", "System"],
  ["/nowhere", "Nothing here"],
])("%s has no violation", async (path, heading) => {
  openConsole(path);
  await title(heading);
  await expect.poll(() => document.querySelectorAll(".mantine-Skeleton-root").length).toBe(0);
  expect(await violations()).toEqual([]);
});

it.each([
  ["/login", "Sign in"],
  ["/setup", "Set up Atoll"],
])("%s has no violation", async (path, heading) => {
  openConsole(path, (world) => {
    world.session = null;
    world.setupNeeded = true;
  });
  await title(heading);
  expect(await violations()).toEqual([]);
});

it("an installation under way has no violation", async () => {
  const { person, backend, world } = openConsole("/admin/catalogue/board");
  await person.click(await screen.findByRole("button", { name: "Install" }));
  await screen.findByRole("heading", { name: "Installing Board" });
  for (let count = 0; count < 4; count++) backend.advance(world.operations[0]?.id ?? "");
  await screen.findByRole("progressbar");
  expect(await violations()).toEqual([]);
});

// Tokens: made with the scopes that were ticked, shown once, revoked after a question.

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { tokensOf } from "../mock/world";
import { openConsole } from "./console";

async function openDialog() {
  const console = openConsole("/profile");
  await console.person.click(await screen.findByRole("button", { name: "Create token" }));
  const dialog = await screen.findByRole("dialog", { name: "Create token" });
  const create = () => console.person.click(within(dialog).getByRole("button", { name: "Create token" }));
  return { ...console, dialog, create };
}

describe("making a token", () => {
  it("shows the secret once and lists the token without it", async () => {
    const { person, world, dialog, create } = await openDialog();
    await person.type(within(dialog).getByLabelText("Name"), "Phone");
    await person.click(await within(dialog).findByLabelText("Documents"));
    await person.click(within(dialog).getByLabelText("Read"));
    await create();
    const secret = await screen.findByRole("dialog", { name: "Copy the token now" });
    expect(within(secret).getByText(/^atoll_pat_/)).toBeVisible();
    expect(tokensOf(world, world.session).at(-1)).toMatchObject({
      name: "Phone",
      scopes: ["app:documents", "api:read"],
    });
    await person.click(within(secret).getByRole("button", { name: "Done" }));
    expect(await screen.findByText("Phone")).toBeVisible();
    await waitFor(() => {
      expect(screen.queryByText(/^atoll_pat_/)).toBeNull();
    });
  });

  it("asks for something that the token is good for", async () => {
    const { person, dialog, create, requests } = await openDialog();
    await person.type(within(dialog).getByLabelText("Name"), "Phone");
    await create();
    expect(await within(dialog).findByText("Choose an app, or some of the API.")).toBeVisible();
    expect(requests).not.toContain("POST /api/v1/profile/tokens");
  });
});

it("a token is revoked after a question", async () => {
  const { person, world } = openConsole("/profile");
  await person.click(await screen.findByRole("button", { name: "Revoke Backup job" }));
  const dialog = await screen.findByRole("dialog", { name: "Revoke Backup job?" });
  expect(tokensOf(world, world.session)).toHaveLength(1);
  await person.click(within(dialog).getByRole("button", { name: "Revoke" }));
  expect(await screen.findByText("You have no tokens.")).toBeVisible();
  expect(tokensOf(world, world.session)).toHaveLength(0);
});

it("an administrator revokes somebody else's token on that person's page", async () => {
  const ben = "019ab000-0000-7000-8000-000000000002";
  const { person, world } = openConsole(`/admin/users/${ben}`);
  await person.click(await screen.findByRole("button", { name: "Revoke Phone" }));
  const dialog = await screen.findByRole("dialog", { name: "Revoke Phone?" });
  await person.click(within(dialog).getByRole("button", { name: "Revoke" }));
  expect(await screen.findByText(/has no tokens/)).toBeVisible();
  expect(tokensOf(world, ben)).toHaveLength(0);
  expect(tokensOf(world, world.session)).toHaveLength(1);
});

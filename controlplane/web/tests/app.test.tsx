// An installed app: what differs, who may use it, what it says, and how it goes away.

import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { AppView } from "../src/api/types";
import { logLine, type World } from "../mock/world.ts";
import { openConsole } from "./console";

const change = (part: Partial<AppView>) => (world: World) => {
  Object.assign(world.apps[0] ?? {}, part);
};

describe("an app's state", () => {
  it("shows field by field where the live container is not what was asked for", async () => {
    openConsole(
      "/admin/apps/documents",
      change({
        verification: {
          verdict: "differs",
          checked_at: "2026-11-23T09:15:04Z",
          differences: [{ service: "web", field: "HostConfig.Memory", expected: "536870912", actual: "0" }],
        },
      }),
    );
    const table = await screen.findByRole("table", { name: "Differences" });
    expect(within(table).getByRole("row", { name: "web HostConfig.Memory 536870912 0" })).toBeVisible();
    expect(screen.getByText("One thing is not as it was asked for.")).toBeVisible();
  });

  it("names the cause and the cure of a failure", async () => {
    openConsole(
      "/admin/apps/documents",
      change({ state: "failed", failure: { message: "It ran out of memory.", cure: "Raise its limit." } }),
    );
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("It ran out of memory.");
    expect(alert).toHaveTextContent("Raise its limit.");
    expect(screen.getByRole("button", { name: "Start" })).toBeEnabled();
  });

  it("is said to be gone when the app is not installed", async () => {
    openConsole("/admin/apps/board");
    expect(await screen.findByText("Not installed")).toBeVisible();
  });
});

describe("stopping and removing", () => {
  it("stops after a question and shows the steps", async () => {
    const { person, backend, world } = openConsole("/admin/apps/documents");
    await person.click(await screen.findByRole("button", { name: "Stop" }));
    const dialog = await screen.findByRole("dialog", { name: "Stop Documents?" });
    await person.click(within(dialog).getByRole("button", { name: "Stop" }));
    await screen.findByRole("heading", { name: "Stopping Documents" });
    await act(async () => {
      for (let count = 0; count < 3; count++) backend.advance(world.operations[0]?.id ?? "");
      await Promise.resolve();
    });
    expect(await screen.findByRole("button", { name: "Start" })).toBeEnabled();
  });

  it("keeps the data unless told otherwise", async () => {
    const { person, requests } = openConsole("/admin/apps/documents");
    await person.click(await screen.findByRole("button", { name: "Remove" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove Documents?" });
    await person.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => {
      expect(requests).toContain("DELETE /api/v1/apps/documents?volumes=keep");
    });
  });

  it("deletes the data only after its name was typed", async () => {
    const { person, requests } = openConsole("/admin/apps/documents");
    await person.click(await screen.findByRole("button", { name: "Remove" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove Documents?" });
    await person.click(within(dialog).getByRole("radio", { name: "Delete it" }));
    const remove = within(dialog).getByRole("button", { name: "Remove with data" });
    expect(remove).toBeDisabled();
    await person.type(within(dialog).getByLabelText("Type documents to delete its data"), "documents");
    await person.click(remove);
    await waitFor(() => {
      expect(requests).toContain("DELETE /api/v1/apps/documents?volumes=delete");
    });
  });
});

describe("who may use an app", () => {
  const withFourth = (world: World) => {
    const [, ben] = world.users;
    if (ben) world.users.push({ ...ben, id: "dana", name: "Dana Ruiz", email: "dana@example.org" });
  };

  it("gives access with the default role to somebody who has none and may sign in", async () => {
    const { person, world } = openConsole("/admin/apps/documents?tab=access", withFourth);
    await person.click(await screen.findByRole("combobox", { name: "Person" }));
    const names = (await screen.findAllByRole("option")).map((option) => option.textContent);
    expect(names).toEqual(["Dana Ruiz (dana@example.org)"]);
    await person.click(screen.getByRole("option", { name: /Dana/ }));
    await person.click(screen.getByRole("button", { name: "Give access" }));
    await screen.findByRole("button", { name: "Revoke access of Dana Ruiz" });
    expect(world.grants.find((grant) => grant.user_id === "dana")?.role).toBe("user");
  });

  it("changes a role", async () => {
    const { person, world } = openConsole("/admin/apps/documents?tab=access");
    await person.click(await screen.findByRole("combobox", { name: "Role of Ben Okafor" }));
    await person.click(await screen.findByRole("option", { name: "Can manage" }));
    await waitFor(() => {
      expect(world.grants.find((grant) => grant.name === "Ben Okafor")?.role).toBe("admin");
    });
  });

  it("revokes after a question", async () => {
    const { person, world } = openConsole("/admin/apps/documents?tab=access");
    await person.click(await screen.findByRole("button", { name: "Revoke access of Ben Okafor" }));
    const dialog = await screen.findByRole("dialog", { name: "Revoke access of Ben Okafor?" });
    expect(world.grants).toHaveLength(2);
    await person.click(within(dialog).getByRole("button", { name: "Revoke" }));
    await waitFor(() => {
      expect(screen.queryByRole("button", { name: "Revoke access of Ben Okafor" })).toBeNull();
    });
    expect(world.grants).toHaveLength(1);
  });
});

describe("the log", () => {
  it("shows lines as they come, and holds them while paused", async () => {
    const { person, backend } = openConsole("/admin/apps/documents?tab=logs");
    const log = await screen.findByRole("log");
    await waitFor(() => {
      expect(log).toHaveTextContent("GET /documents/24");
    });
    backend.print(logLine(25));
    await waitFor(() => {
      expect(log).toHaveTextContent("GET /documents/25");
    });

    await person.click(screen.getByRole("button", { name: "Pause" }));
    expect(screen.getByText("Paused. New lines are kept.")).toBeVisible();
    backend.print(logLine(26));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    expect(log).not.toHaveTextContent("GET /documents/26");

    await person.click(screen.getByRole("button", { name: "Resume" }));
    await waitFor(() => {
      expect(log).toHaveTextContent("GET /documents/26");
    });
  });

  it("comes back after a break and repeats no line", async () => {
    const { backend } = openConsole("/admin/apps/documents?tab=logs");
    const log = await screen.findByRole("log");
    await waitFor(() => {
      expect(log).toHaveTextContent("GET /documents/24");
    });
    backend.hangUp();
    await screen.findByText("Connection lost. Trying again…");
    backend.print(logLine(25));
    await waitFor(() => {
      expect(log).toHaveTextContent("GET /documents/25");
    });
    expect(within(log).getAllByText("GET /documents/24 200 in 9 ms")).toHaveLength(1);
  });
});

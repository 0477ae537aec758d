// What an administrator is told without asking, and the audit trail.

import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole, title } from "./console";

describe("what needs attention", () => {
  it("says where and why the newest allowlist was refused, and what would cure it, on every screen", async () => {
    openConsole("/admin/users", (world) => {
      world.status.policy.error = {
        file: "allowlist.yaml",
        line: 14,
        column: 7,
        message: "unknown key `imagee`",
        hint: "did you mean `image`?",
      };
    });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("allowlist.yaml:14:7");
    expect(alert).toHaveTextContent("Unknown key imagee.");
    expect(alert).toHaveTextContent("Did you mean image?");
    expect(alert).toHaveTextContent("the one before stays in force");
  });

  it("says that the engine does not answer, and looks again when asked", async () => {
    const { person, world } = openConsole("/", (prepared) => {
      prepared.status.engine = { reachable: false, error: "no such file: /run/atoll/proxy.sock" };
    });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The container engine does not answer");
    expect(alert).toHaveTextContent("No such file: /run/atoll/proxy.sock.");
    world.status.engine = { reachable: true };
    await person.click(within(alert).getByRole("button", { name: "Look again" }));
    await expect.poll(() => screen.queryByRole("alert")).toBeNull();
  });

  it("is nothing to a member", async () => {
    const { requests } = openConsole("/", (world) => {
      world.session = world.users[1]?.id ?? null;
      world.status.engine.reachable = false;
    });
    await title("Your apps");
    expect(screen.queryByRole("alert")).toBeNull();
    expect(requests).not.toContain("GET /api/v1/status");
  });
});

describe("the launcher", () => {
  it("opens a ready app in the same tab and says why another cannot be opened", async () => {
    openConsole("/", (world) => {
      const [documents] = world.apps;
      const [, board] = world.catalogue;
      const [grant] = world.grants;
      if (!documents || !board || !grant) return;
      world.apps.push({ ...documents, app: "board", title: "Board", state: "stopped" });
      world.grants.push({ ...grant, app: "board" });
    });
    const tile = await screen.findByRole("link", { name: /Documents/ });
    expect(tile).toHaveAttribute("href", "http://documents.atoll.localhost:8080/");
    expect(tile).not.toHaveAttribute("target");
    expect(screen.getByText("Stopped. An administrator can start it.")).toBeVisible();
    expect(screen.queryByRole("link", { name: /Board/ })).toBeNull();
  });

  it("tells a member without apps what will fill it", async () => {
    openConsole("/", (world) => {
      world.session = world.users[1]?.id ?? null;
      world.grants = [];
    });
    expect(
      await screen.findByText("Apps appear here as soon as an administrator gives them to you."),
    ).toBeVisible();
  });
});

describe("the audit trail", () => {
  it("names the people and apps that events are about, and leads to them", async () => {
    openConsole("/admin/audit");
    const table = await screen.findByRole("table", { name: "Audit events" });
    const [person] = await within(table).findAllByRole("link", { name: "Ada Moana" });
    expect(person).toHaveAttribute("href", "/admin/users/019ab000-0000-7000-8000-000000000001");
    const [app] = within(table).getAllByRole("link", { name: "documents" });
    expect(app).toHaveAttribute("href", "/admin/apps/documents");
    expect(within(table).getByText(/role user/)).toHaveTextContent("Ben Okafor, role user");
  });

  it("shows the newest page and goes back page by page", async () => {
    const { person, requests } = openConsole("/admin/audit", (world) => {
      const [event] = world.audit;
      if (!event) return;
      world.audit = Array.from({ length: 70 }, (_, index) => ({
        ...event,
        id: `event-${index}`,
        subject: `subject ${index}`,
      }));
    });
    const table = await screen.findByRole("table", { name: "Audit events" });
    expect(within(table).getAllByRole("row")).toHaveLength(1 + 50);
    await person.click(screen.getByRole("button", { name: "Show older" }));
    await expect.poll(() => within(table).getAllByRole("row").length).toBe(1 + 70);
    expect(within(table).getByText("subject 69")).toBeVisible();
    expect(requests).toContain("GET /api/v1/audit?limit=50&before=50");
    expect(screen.queryByRole("button", { name: "Show older" })).toBeNull();
  });
});

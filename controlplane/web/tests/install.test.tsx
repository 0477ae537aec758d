// Installing: one click, each step as it happens, and either a way on or a cause with its cure.

import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { MockBackend } from "../mock/backend.ts";
import { openConsole, title, type OpenConsole } from "./console";

/** Clicks Install on the card of Board and waits until its steps are shown. */
async function install(): Promise<OpenConsole & { id: string }> {
  const console = openConsole("/admin/catalogue");
  await console.person.click(await screen.findByRole("button", { name: "Install Board" }));
  await screen.findByRole("heading", { name: "Installing Board" });
  return { ...console, id: console.world.operations[0]?.id ?? "" };
}

function step(name: string): HTMLElement {
  return screen.getByText(name).closest("li") ?? document.body;
}

const advance = (backend: MockBackend, id: string, times = 1) =>
  act(async () => {
    for (let count = 0; count < times; count++) backend.advance(id);
    await Promise.resolve();
  });

describe("installing from the catalogue", () => {
  it("shows the step under way and how far it is", async () => {
    const { backend, id } = await install();
    await advance(backend, id, 4);
    await waitFor(() => {
      expect(step("Fetch the images")).toHaveTextContent("16 MiB of 48 MiB");
    });
    expect(within(step("Fetch the images")).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "33");
    expect(step("Create the network")).toHaveTextContent("waiting");
    await waitFor(() => {
      expect(screen.getByRole("status")).toHaveTextContent("Installing Board: Fetch the images");
    });
  });

  it("ends with the app to open and its users to choose", async () => {
    const { backend, id } = await install();
    await advance(backend, id, 20);
    await screen.findByRole("heading", { name: "Board is installed" });
    expect(await screen.findByRole("link", { name: "Open Board" })).toHaveAttribute(
      "href",
      "http://board.atoll.localhost:8080/",
    );
    expect(await screen.findByRole("link", { name: "Choose who may use it" })).toHaveAttribute(
      "href",
      "/admin/apps/board?tab=access",
    );
  });

  it("names the cause and the cure of a failure, and lets it be tried again", async () => {
    const { backend, id, person, world } = await install();
    await advance(backend, id, 3);
    act(() => {
      backend.fail(id, "Image reef/board:2.3.1 is missing.", "Load it and run `atoll allowlist lock`.");
    });
    await screen.findByRole("heading", { name: "Board could not be installed" });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("Image reef/board:2.3.1 is missing.");
    expect(alert).toHaveTextContent("Load it and run atoll allowlist lock.");
    await waitFor(() => {
      expect(step("Create the network")).toHaveTextContent("not done");
    });
    await person.click(await screen.findByRole("button", { name: "Try again" }));
    await screen.findByRole("heading", { name: "Installing Board" });
    expect(world.operations).toHaveLength(2);
  });

  it("goes on where it was when the page is opened again", async () => {
    const { backend, id } = await install();
    await advance(backend, id, 12);
    await waitFor(() => {
      expect(step("Fetch the images")).toHaveTextContent("done");
    });
    // The same world, a new page.
    document.body.innerHTML = "";
    const again = openConsole("/admin/catalogue/board", (world) => {
      Object.assign(world, backend.world);
    });
    await screen.findByRole("heading", { name: "Installing Board" });
    expect(step("Fetch the images")).toHaveTextContent("done");
    await advance(again.backend, id, 20);
    await screen.findByRole("heading", { name: "Board is installed" });
  });

  it("cannot be asked for what has no pin, and says why", async () => {
    openConsole("/admin/catalogue/sketch");
    await title("Sketch");
    expect(screen.getByRole("button", { name: "Install" })).toBeDisabled();
    expect(screen.getByRole("main")).toHaveTextContent(
      "Image reef/sketch:0.9.0 has no pin. Run atoll allowlist lock.",
    );
  });
});

describe("an app's page in the catalogue", () => {
  it("lists limits, ways out and relaxed rules with their reasons", async () => {
    openConsole("/admin/catalogue/board");
    const containers = await screen.findByRole("table", { name: "Containers" });
    expect(
      within(containers).getByRole("row", { name: /^db postgres:18\.1 1 1 GiB 128 999:999 db$/ }),
    ).toBeVisible();
    expect(screen.getByText("api.example.org:443")).toBeVisible();
    expect(screen.getByText("The database writes its socket beside its binaries.")).toBeVisible();
    expect(screen.getByText("Loosened")).toBeVisible();
  });
});

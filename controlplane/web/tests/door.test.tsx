// The ways in: set-up, login, and back to where one was going.

import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { password } from "../mock/world.ts";
import { openConsole, title } from "./console";

const signedOut = (world: { session: string | null }) => {
  world.session = null;
};

describe("a stranger", () => {
  it("is led to the login page with the way back", async () => {
    openConsole("/admin/apps/documents?tab=logs", signedOut);
    await title("Sign in");
    expect(new URLSearchParams(window.location.search).get("to")).toBe("/admin/apps/documents?tab=logs");
  });

  it("is led to set-up while there is no administrator", async () => {
    openConsole("/", (world) => {
      signedOut(world);
      world.setupNeeded = true;
    });
    await title("Set up Atoll");
    expect(window.location.pathname).toBe("/setup");
  });
});

describe("signing in", () => {
  async function signIn(at: string) {
    const console = openConsole(at, signedOut);
    await console.person.type(await screen.findByLabelText("Email"), "ada@example.org");
    await console.person.type(screen.getByLabelText("Password"), password);
    await console.person.click(screen.getByRole("button", { name: "Sign in" }));
    return console;
  }

  it("leaves the page for the path that was wanted, which may be the server's own", async () => {
    const wanted = "/open/documents?state=a1&to=/list";
    const { left } = await signIn(`/login?to=${encodeURIComponent(wanted)}`);
    await waitFor(() => {
      expect(left).toEqual([wanted]);
    });
  });

  it.each(["https://evil.example/", "//evil.example/", "/\\evil.example"])(
    "never leaves for %s",
    async (evil) => {
      const { left } = await signIn(`/login?to=${encodeURIComponent(evil)}`);
      await waitFor(() => {
        expect(left).toEqual(["/"]);
      });
    },
  );

  it("says what is wrong, keeps the address, forgets the password and stays", async () => {
    const { person, left } = openConsole("/login", signedOut);
    await person.type(await screen.findByLabelText("Email"), "ada@example.org");
    await person.type(screen.getByLabelText("Password"), "not this one");
    await person.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Email or password is not right");
    expect(screen.getByLabelText("Email")).toHaveValue("ada@example.org");
    expect(screen.getByLabelText("Password")).toHaveValue("");
    expect(left).toEqual([]);
  });
});

describe("set-up", () => {
  const fresh = (world: { session: string | null; setupNeeded: boolean }) => {
    signedOut(world);
    world.setupNeeded = true;
  };

  it("takes the code from behind the # of the link and makes the first administrator", async () => {
    const { person, left, world } = openConsole("/setup#code=setup-code", fresh);
    expect(await screen.findByLabelText("Set-up code")).toHaveValue("setup-code");
    await person.type(screen.getByLabelText("Name"), "Eve First");
    await person.type(screen.getByLabelText("Email"), "eve@example.org");
    await person.type(screen.getByLabelText("Password"), "a long enough password");
    await person.click(screen.getByRole("button", { name: "Create administrator" }));
    await waitFor(() => {
      expect(left).toEqual(["/"]);
    });
    expect(world.users.find((user) => user.email === "eve@example.org")?.role).toBe("admin");
  });

  it("asks for twelve characters before it asks the server", async () => {
    const { person, requests } = openConsole("/setup#code=setup-code", fresh);
    await person.type(await screen.findByLabelText("Password"), "too short");
    await person.click(screen.getByRole("button", { name: "Create administrator" }));
    expect(await screen.findByText("Use at least 12 characters.")).toBeVisible();
    expect(requests).not.toContain("POST /api/v1/setup");
  });
});

describe("a session that ends while a screen is open", () => {
  it("leads to the login page from wherever the next answer refuses", async () => {
    const { world, person, left } = openConsole("/admin/users");
    await title("Users");
    await screen.findByText("ben@example.org");
    world.session = null;
    await person.click(screen.getByRole("link", { name: "Audit" }));
    await waitFor(() => {
      expect(left).toContain("/login from /admin/audit");
    });
  });
});

describe("going to another screen", () => {
  it("moves the focus to its content", async () => {
    const { person } = openConsole("/admin/users");
    await title("Users");
    await person.click(screen.getByRole("link", { name: "Audit" }));
    await title("Audit");
    expect(screen.getByRole("main")).toHaveFocus();
  });
});

describe("a member", () => {
  it("sees no administration and cannot open its screens", async () => {
    openConsole("/admin/users", (world) => {
      world.session = world.users.find((user) => user.role === "member" && !user.disabled)?.id ?? null;
    });
    await title("For administrators");
    expect(screen.queryByRole("link", { name: "Catalogue" })).toBeNull();
  });
});

// Users: adding, changing, shutting out.

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { openConsole, title } from "./console";

const ada = "/admin/users/019ab000-0000-7000-8000-000000000001";
const ben = "/admin/users/019ab000-0000-7000-8000-000000000002";

async function addUser(email: string) {
  const console = openConsole("/admin/users");
  await console.person.click(await screen.findByRole("button", { name: "Add user" }));
  const dialog = await screen.findByRole("dialog", { name: "Add user" });
  await console.person.type(within(dialog).getByLabelText("Name"), "Dana Ruiz");
  await console.person.type(within(dialog).getByLabelText("Email"), email);
  await console.person.type(within(dialog).getByLabelText("First password"), "a long enough password");
  await console.person.click(within(dialog).getByRole("button", { name: "Add user" }));
  return console;
}

describe("adding a user", () => {
  it("makes a member unless told otherwise, and lists the person", async () => {
    const { world } = await addUser("dana@example.org");
    expect(await screen.findByText("dana@example.org")).toBeVisible();
    expect(world.users.at(-1)).toMatchObject({ name: "Dana Ruiz", role: "member", disabled: false });
  });

  it("stays in the dialog when the address is taken", async () => {
    await addUser("ben@example.org");
    const dialog = await screen.findByRole("dialog", { name: "Add user" });
    expect(await within(dialog).findByRole("alert")).toHaveTextContent(
      "Another user has this email address.",
    );
    expect(within(dialog).getByLabelText("Name")).toHaveValue("Dana Ruiz");
  });
});

describe("a complaint about one field", () => {
  it("stands beside that field as a sentence, and nowhere else", async () => {
    const { person, backend } = openConsole("/profile");
    const refusal = {
      type: "urn:atoll:problem:invalid",
      title: "Invalid",
      status: 422,
      detail: "One field is not right.",
      request_id: "019ab1c2",
      errors: [{ field: "email", message: "not an e-mail address" }],
    };
    const field = await screen.findByLabelText("Email");
    vi.stubGlobal("fetch", (request: Request) =>
      request.method === "PATCH"
        ? Promise.resolve(Response.json(refusal, { status: 422 }))
        : backend.handle(request),
    );
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Not an e-mail address.")).toBeVisible();
    expect(field).toBeInvalid();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("a user's page", () => {
  it("disables after a question and enables again", async () => {
    const { person, world } = openConsole(ben);
    await person.click(await screen.findByRole("button", { name: "Disable" }));
    const dialog = await screen.findByRole("dialog", { name: "Disable Ben Okafor?" });
    expect(dialog).toHaveTextContent("signed out everywhere at once");
    await person.click(within(dialog).getByRole("button", { name: "Disable" }));
    await person.click(await screen.findByRole("button", { name: "Enable" }));
    await screen.findByRole("button", { name: "Disable" });
    expect(world.users[1]?.disabled).toBe(false);
  });

  it("does not let the last administrator step down, and says what to do first", async () => {
    const { person, world } = openConsole(ada);
    await person.click(await screen.findByRole("radio", { name: "Member" }));
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Make somebody else an administrator first.");
    expect(world.users[0]?.role).toBe("admin");
  });

  it("sets a password of at least twelve characters", async () => {
    const { person, world } = openConsole(ben);
    await person.click(await screen.findByRole("button", { name: "Set password" }));
    const dialog = await screen.findByRole("dialog", { name: "Set the password of Ben Okafor" });
    const field = within(dialog).getByLabelText("New password");
    await person.type(field, "elevenchars");
    expect(within(dialog).getByRole("button", { name: "Set password" })).toBeDisabled();
    await person.type(field, "!");
    await person.click(within(dialog).getByRole("button", { name: "Set password" }));
    await waitFor(() => {
      expect(world.passwords.get(world.users[1]?.id ?? "")).toBe("elevenchars!");
    });
  });

  it("deletes after a question and goes back to the list", async () => {
    const { person, world } = openConsole(ben);
    await person.click(await screen.findByRole("button", { name: "Delete" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete Ben Okafor?" });
    await person.click(within(dialog).getByRole("button", { name: "Delete" }));
    await title("Users");
    expect(world.users.map((user) => user.name)).toEqual(["Ada Moana", "Chen Li"]);
  });

  it("lists the apps that the person may open", async () => {
    openConsole(ben);
    const apps = await screen.findByRole("table", { name: "Apps of Ben Okafor" });
    expect(within(apps).getByRole("link", { name: "documents" })).toHaveAttribute(
      "href",
      "/admin/apps/documents?tab=access",
    );
  });
});

describe("the profile", () => {
  it("changes the password, and keeps the person in when the current one is wrong", async () => {
    const { person, left } = openConsole("/profile");
    await person.type(await screen.findByLabelText("Current password"), "not this one");
    await person.type(screen.getByLabelText("New password"), "a long enough password");
    await person.click(screen.getByRole("button", { name: "Change password" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The current password is not right");
    expect(left).toEqual([]);
  });

  it("ends the session and leaves to the login page", async () => {
    const { person, world, left } = openConsole("/profile");
    await person.click(await screen.findByRole("button", { name: "Log out" }));
    await waitFor(() => {
      expect(left).toContain("/login");
    });
    expect(world.session).toBeNull();
  });
});

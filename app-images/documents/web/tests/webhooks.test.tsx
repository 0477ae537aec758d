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

test("a webhook is added with a secret of its own, tried, and deleted", async () => {
  const user = open("/#/webhooks");
  await user.click(await screen.findByRole("button", { name: "New webhook" }));
  await user.type(screen.getByLabelText(/^Address/), "http://books:8080/hook");
  const secret = screen.getByLabelText<HTMLInputElement>(/^Secret/).value;
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByText("Nothing was sent yet")).toBeVisible();
  expect(server.bodies).toContainEqual({ url: "http://books:8080/hook", secret });
  expect(document.body.textContent).not.toContain(secret);

  await user.click(screen.getByRole("button", { name: "Test http://books:8080/hook" }));
  expect(await screen.findByText(/^Delivered/)).toBeVisible();
  server.attempt = { at: "2026-10-12T09:31:00Z", problem: "the receiver answered 503" };
  await user.click(screen.getByRole("button", { name: "Test http://books:8080/hook" }));
  expect(await screen.findByText(/^Failed .*the receiver answered 503/)).toBeVisible();
  expect(await objections()).toEqual([]);

  await user.click(screen.getByRole("button", { name: "Delete http://books:8080/hook" }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  await waitFor(() => {
    expect(screen.queryByRole("list", { name: "Webhooks" })).toBeNull();
  });
});

test("an address that no webhook can have is refused in the problem's own words", async () => {
  const user = open("/#/webhooks");
  await user.click(await screen.findByRole("button", { name: "New webhook" }));
  await user.type(screen.getByLabelText(/^Address/), "https://books/hook");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The webhook cannot be delivered there.");
});

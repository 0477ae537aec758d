// The whole page over a pretended service, as tests open it.

import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { createCache } from "../src/api/cache";
import { App } from "../src/app";

export function open(address = "/") {
  window.history.replaceState(null, "", address);
  render(<App cache={createCache()} nonce="test" />);
  return userEvent.setup();
}

export async function rows(): Promise<HTMLElement[]> {
  return within(await screen.findByRole("list", { name: /^Documents/ })).findAllByRole("listitem");
}

export async function names(): Promise<(string | null | undefined)[]> {
  return (await rows()).map((row) => within(row).getAllByRole("link")[0]?.textContent);
}

/** What axe objects to; contrast is for a real browser to judge. */
export async function objections() {
  const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
  const { violations } = await axe.run(window.document.body, { rules });
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

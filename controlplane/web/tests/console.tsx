// The whole console in a test: the real screens over the mock control plane, at an address.

import { render, screen } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { vi } from "vitest";
import { MockBackend } from "../mock/backend.ts";
import { newWorld, type World } from "../mock/world.ts";
import { createCache } from "../src/api/cache";
import { App } from "../src/app";
import * as leave from "../src/session/leave";

export interface OpenConsole {
  backend: MockBackend;
  world: World;
  person: UserEvent;
  /** Every request so far, as `METHOD /path?query`. */
  requests: string[];
  /** Where the page was left to, in order. */
  left: string[];
}

/** Opens the console at a path, over a world that `prepare` may change first. */
export function openConsole(path: string, prepare?: (world: World) => void): OpenConsole {
  const world = newWorld();
  prepare?.(world);
  const backend = new MockBackend(world);
  const requests: string[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    const url = new URL(request.url);
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    return backend.handle(request);
  });
  const left: string[] = [];
  vi.spyOn(leave, "leaveTo").mockImplementation((to) => {
    left.push(to);
  });
  vi.spyOn(leave, "leaveToLogin").mockImplementation(() => {
    left.push(`/login from ${window.location.pathname}`);
  });
  document.documentElement.lang = "en";
  window.history.replaceState(null, "", path);
  render(<App cache={createCache(leave.leaveToLogin)} nonce="test" env="test" />);
  return { backend, world, person: userEvent.setup(), requests, left };
}

/** Waits for a screen by its title. */
export function title(name: string): Promise<HTMLElement> {
  return screen.findByRole("heading", { level: 1, name });
}

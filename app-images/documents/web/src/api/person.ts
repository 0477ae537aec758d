// Who is signed in, and this app's limits.

import { body, http } from "./call";
import type { Person } from "./types";

export function person(signal?: AbortSignal): Promise<Person> {
  return body(http.GET("/api/person", { signal }));
}

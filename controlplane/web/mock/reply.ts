// The answers that the mock gives, in the API's forms.

import type { WireProblem } from "../src/api/types";

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

export function nothing(): Response {
  return new Response(null, { status: 204 });
}

export function problem(
  status: number,
  code: string,
  title: string,
  detail = title,
  cure?: string,
): Response {
  const body: WireProblem = {
    type: `urn:atoll:problem:${code}`,
    title,
    status,
    detail,
    cure,
    request_id: "019ab1c2-mock",
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

/** The row whose `key` is `value`, or a 404. */
export function found<T>(rows: T[], key: keyof T, value: string | undefined): Response {
  const row = rows.find((candidate) => candidate[key] === value);
  return row ? json(row) : problem(404, "not-found", "Not found", `There is no ${value ?? ""}.`);
}

// Every failure reaches the person with its cause, its cure and the number to quote.

import { render, screen } from "@testing-library/react";
import { MantineProvider } from "@mantine/core";
import { describe, expect, it } from "vitest";
import { asProblem, Problem, problemFrom, unreachable } from "../src/api/problem";
import { ProblemAlert } from "../src/parts/problem-alert";

const refusal = {
  type: "urn:atoll:problem:email-taken",
  title: "E-mail address taken",
  status: 409,
  detail: "Another user has this address.",
  cure: "Choose another one.",
  request_id: "019ab1c2",
  errors: [{ field: "email", message: "is taken" }],
};

function answer(
  body: BodyInit,
  contentType: string,
  status: number,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, { status, headers: { "content-type": contentType, ...headers } });
}

describe("a refused answer", () => {
  it("is read as the problem document that it is", async () => {
    const problem = await problemFrom(answer(JSON.stringify(refusal), "application/problem+json", 409));
    expect(problem).toMatchObject({
      code: "email-taken",
      title: "E-mail address taken",
      status: 409,
      detail: "Another user has this address.",
      cure: "Choose another one.",
      requestId: "019ab1c2",
      fields: { email: "is taken" },
    });
  });

  it("is still a problem when something in between answered with a page", async () => {
    const page = answer("<h1>Bad gateway</h1>", "text/html", 502, { "x-request-id": "edge-7" });
    const problem = await problemFrom(page);
    expect(problem).toMatchObject({ code: "http-502", status: 502, requestId: "edge-7", passing: true });
    expect(problem.title).toBe("The server answered 502");
  });

  it("is still a problem when its body is cut off", async () => {
    const problem = await problemFrom(answer('{"title": "Half a', "application/problem+json", 500));
    expect(problem).toMatchObject({ code: "http-500", title: "The server answered 500" });
  });
});

describe("something thrown", () => {
  it("is an unreachable server when the network failed", () => {
    expect(asProblem(new TypeError("Failed to fetch"))).toMatchObject({ code: "unreachable", passing: true });
  });

  it("is the console's own mistake otherwise", () => {
    expect(asProblem(new RangeError("out of range"))).toMatchObject({
      code: "console-fault",
      detail: "out of range",
    });
  });
});

describe("the alert", () => {
  const show = (error: unknown) =>
    render(
      <MantineProvider>
        <ProblemAlert error={error} />
      </MantineProvider>,
    );

  it("shows title, cause, fields, cure and request", async () => {
    show(await problemFrom(answer(JSON.stringify(refusal), "application/problem+json", 409)));
    const alert = screen.getByRole("alert");
    for (const part of [
      "E-mail address taken",
      "Another user has this address.",
      "email: is taken",
      "Choose another one.",
      "019ab1c2",
    ]) {
      expect(alert).toHaveTextContent(part);
    }
  });

  it("shows nothing when nothing failed", () => {
    show(null);
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("tells what to do when nobody answers", () => {
    show(unreachable(new TypeError("Failed to fetch")));
    expect(screen.getByRole("alert")).toHaveTextContent("Check the connection");
    expect(screen.getByRole("alert")).not.toHaveTextContent("Request");
  });
});

describe("whether waiting may help", () => {
  it.each([
    [0, true],
    [401, false],
    [403, false],
    [409, false],
    [429, false],
    [500, false],
    [503, true],
  ])("status %i: %s", (status, passing) => {
    expect(new Problem({ code: "any", title: "Any", status }).passing).toBe(passing);
  });
});

// Turns everything that can go wrong between the page and the API into one shape that a person can read.

import type { WireProblem } from "./types";

interface ProblemFields {
  code: string;
  title: string;
  status: number;
  detail?: string | undefined;
  cure?: string | undefined;
  requestId?: string | undefined;
  fields?: Record<string, string>;
}

const prefix = "urn:atoll:problem:";

/** A failure with its cause and its cure (RFC 9457). `status` is 0 when no answer arrived at all. */
export class Problem extends Error {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly cure: string | undefined;
  readonly requestId: string | undefined;
  /** What is wrong with each field of the form that was sent. */
  readonly fields: Record<string, string>;

  constructor(fields: ProblemFields, cause?: unknown) {
    super(fields.detail ?? fields.title, { cause });
    this.name = "Problem";
    this.code = fields.code;
    this.title = fields.title;
    this.status = fields.status;
    this.detail = fields.detail;
    this.cure = fields.cure;
    this.requestId = fields.requestId;
    this.fields = fields.fields ?? {};
  }

  /** Whether the same request may well succeed a moment later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Reads a refused response. A body that is no problem document (a proxy in between, say) still gives one. */
export async function problemFrom(response: Response): Promise<Problem> {
  const wire = await readWire(response);
  return new Problem({
    code: wire.type?.startsWith(prefix) ? wire.type.slice(prefix.length) : `http-${response.status}`,
    title: wire.title ?? `The server answered ${response.status}`,
    status: response.status,
    detail: wire.detail ?? undefined,
    cure: wire.cure ?? undefined,
    requestId: wire.request_id ?? response.headers.get("x-request-id") ?? undefined,
    fields: Object.fromEntries((wire.errors ?? []).map((error) => [error.field, error.message])),
  });
}

/** Whatever was thrown, as a problem. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return unreachable(thrown);
  return new Problem(
    {
      code: "console-fault",
      title: "The console made a mistake",
      status: 0,
      detail: thrown instanceof Error ? thrown.message : String(thrown),
      cure: "Reload the page. If it happens again, report it with the steps that led here.",
    },
    thrown,
  );
}

/** The problem of an answer that never came. */
export function unreachable(cause: unknown): Problem {
  return new Problem(
    {
      code: "unreachable",
      title: "Atoll does not answer",
      status: 0,
      detail: "The control plane could not be reached from this browser.",
      cure: "Check the connection; if others cannot reach it either, look at the control plane's log.",
    },
    cause,
  );
}

async function readWire(response: Response): Promise<Partial<WireProblem>> {
  if (!(response.headers.get("content-type") ?? "").includes("json")) return {};
  try {
    return (await response.json()) as Partial<WireProblem>;
  } catch {
    return {};
  }
}

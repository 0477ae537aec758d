import { beforeEach, expect, test, vi } from "vitest";
import { RequestError } from "../src/api/problem";
import { digestOfBeginning } from "../src/uploads/beginning";
import { sendInPieces } from "../src/uploads/pieces";
import { transfer, type Received, type Transfer } from "../src/uploads/transfer";
import { aDocument } from "./world";

vi.mock("../src/uploads/beginning");
vi.mock("../src/uploads/transfer", async (actual) => ({
  ...(await actual<typeof import("../src/uploads/transfer")>()),
  transfer: vi.fn(),
}));

const SIZE = 10;
/** How far the server came with each upload that it knows. */
let offsets: Map<string, number>;
/** Whether what it has is the beginning of the file that is gone on with. */
let isSameFile: boolean;
/** How often it is still busy with what was sent before. */
let busy: number;

beforeEach(() => {
  localStorage.clear();
  offsets = new Map();
  isSameFile = true;
  busy = 0;
  vi.mocked(digestOfBeginning).mockResolvedValue("a digest");
  vi.stubGlobal("fetch", (request: Request) => {
    const [known, step] = new URL(request.url).pathname.split("/").slice(3);
    const id = known ?? `u${offsets.size + 1}`;
    if (known === undefined) offsets.set(id, 0);
    if (step === "resume" && busy-- > 0) return new Response(null, { status: 409 });
    if (step === "resume" && !isSameFile) offsets.set(id, 0);
    const offset = offsets.get(id);
    return offset === undefined ? new Response(null, { status: 404 }) : Response.json({ id, offset });
  });
  vi.mocked(transfer).mockReset();
});

function alike(): File {
  return new File(["x".repeat(SIZE)], "scan.pdf", { lastModified: 1 });
}

function idOf({ url }: Transfer): string {
  return url.split("/").at(-1) ?? "";
}

function send(): ReturnType<typeof sendInPieces> {
  return sendInPieces(alike(), () => undefined, new AbortController().signal);
}

/** The server takes the last piece. */
function take(asked: Transfer): Promise<Received> {
  offsets.delete(idOf(asked));
  return Promise.resolve({ status: 201, body: { documents: [aDocument()] }, header: () => null });
}

test("two files that look alike are two uploads when they are sent at the same time", async () => {
  vi.mocked(transfer).mockImplementation(take);
  await Promise.all([send(), send()]);
  expect(vi.mocked(transfer).mock.calls.map(([asked]) => idOf(asked))).toEqual(["u1", "u2"]);
});

test("of two files that look like one that was broken off only the first goes on with it", async () => {
  vi.mocked(transfer).mockRejectedValueOnce(new RequestError(413));
  await expect(send()).rejects.toThrow();
  offsets.set("u1", 4);
  vi.mocked(transfer).mockReset().mockImplementation(take);
  await Promise.all([send(), send()]);
  const sent = vi
    .mocked(transfer)
    .mock.calls.map(([asked]) => [idOf(asked), asked.headers?.["Upload-Offset"]]);
  expect(sent.sort()).toEqual([
    ["u1", "4"],
    ["u2", "0"],
  ]);
});

test("an upload that is whole, or that the server has forgotten, is begun anew", async () => {
  vi.mocked(transfer).mockImplementation(take);
  await send();
  vi.mocked(transfer).mockRejectedValueOnce(new RequestError(413));
  await expect(send()).rejects.toThrow();
  offsets.clear();
  offsets.set("another", 0);
  await send();
  expect(vi.mocked(transfer).mock.calls.map(([asked]) => idOf(asked))).toEqual(["u1", "u1", "u2"]);
});

test("stopping one gives up that one, and not another that looks alike", async () => {
  const stop = new AbortController();
  vi.mocked(transfer).mockImplementation((asked) => {
    if (asked.signal !== stop.signal) return new Promise(() => undefined);
    stop.abort();
    return Promise.reject(new RequestError(0));
  });
  void send();
  const deleted: string[] = [];
  const answer = globalThis.fetch as unknown as (request: Request) => Response;
  vi.stubGlobal("fetch", (request: Request) => {
    if (request.method !== "DELETE") return answer(request);
    deleted.push(request.url.split("/").at(-1) ?? "");
    return new Response(null, { status: 204 });
  });
  await expect(sendInPieces(alike(), () => undefined, stop.signal)).rejects.toThrow();
  expect(deleted).toEqual(["u2"]);
});

/** Breaks off an upload behind its fourth byte, and sends the file again. */
async function sentAgain(): Promise<(string | undefined)[][]> {
  vi.mocked(transfer).mockRejectedValueOnce(new RequestError(413));
  await expect(send()).rejects.toThrow();
  offsets.set("u1", 4);
  vi.mocked(transfer).mockReset().mockImplementation(take);
  await send();
  return vi.mocked(transfer).mock.calls.map(([asked]) => [idOf(asked), asked.headers?.["Upload-Offset"]]);
}

test("an upload begins again when the file has changed and looks as before", async () => {
  isSameFile = false;
  expect(await sentAgain()).toEqual([["u1", "0"]]);
});

test("an upload is begun anew where the browser cannot tell whether the file is the same", async () => {
  vi.mocked(digestOfBeginning).mockResolvedValue(undefined);
  expect(await sentAgain()).toEqual([["u2", "0"]]);
});

test("an upload waits until the server has what was sent before", async () => {
  busy = 1;
  expect(await sentAgain()).toEqual([["u1", "4"]]);
});

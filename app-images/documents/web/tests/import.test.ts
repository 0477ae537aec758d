import { expect, test } from "vitest";
import { NONE, readSteps } from "../src/import/run";

const ANSWER = [
  '{"documents":3,"files":[',
  '{"name":"a.pdf","outcome":"imported","document_id":"1"},',
  '{"name":"b.txt","outcome":"refused","detail":"It is not a PDF."},',
  '{"name":"c.pdf","outcome":"already_here","document_id":"2"}],',
  '"imported":1,"already_here":1,"refused":1}',
  "",
].join("\n");

test("a growing answer says how many documents there are and how many were taken, wherever it is cut", () => {
  expect(readSteps("", NONE)).toEqual(NONE);
  for (let cut = 1; cut < ANSWER.length; cut += 1) {
    const half = readSteps(ANSWER.slice(0, cut), NONE);
    const whole = readSteps(ANSWER, half);
    expect(whole).toMatchObject({ documents: 3, taken: 3 });
    expect(half.taken).toBeLessThanOrEqual(3);
  }
  expect(readSteps(ANSWER.slice(0, ANSWER.indexOf('{"name":"c')), NONE)).toMatchObject({
    documents: 3,
    taken: 2,
  });
});

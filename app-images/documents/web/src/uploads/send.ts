// Sends a file to the server: a small one in one go, a large one in pieces that survive a broken connection.

import { sendInPieces } from "./pieces";
import type { Send } from "./queue";
import { transfer, uploaded } from "./transfer";

/** From this size on, in bytes, a lost connection would cost too much. */
const LARGE = 20 * 2 ** 20;

export const sendFile: Send = (file, onProgress, signal) =>
  file.size > LARGE ? sendInPieces(file, onProgress, signal) : sendWhole(file, onProgress, signal);

const sendWhole: Send = async (file, onProgress, signal) => {
  const form = new FormData();
  form.append("file", file, file.name);
  const answer = await transfer({
    method: "POST",
    url: "/api/documents",
    body: form,
    signal,
    // The form around the file counts as well: never show more than the file has.
    onProgress: (sent) => {
      onProgress(Math.min(sent, file.size));
    },
  });
  return uploaded(answer);
};

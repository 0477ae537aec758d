// Sends one file. XMLHttpRequest, because `fetch` does not tell how much was sent.

import { isProblem, RequestError } from "../api/problem";
import type { Uploaded } from "../api/types";
import type { Send } from "./queue";

export const sendFile: Send = (file, onProgress, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", "/api/documents");
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      // The form around the file counts as well: never show more than the file has.
      onProgress(Math.min(event.loaded, file.size));
    };
    request.onload = () => {
      const document = request.status === 201 ? (request.response as Uploaded).documents[0] : undefined;
      if (document) resolve(document);
      else
        reject(new RequestError(request.status, isProblem(request.response) ? request.response : undefined));
    };
    request.onerror = () => {
      reject(new RequestError(0));
    };
    request.onabort = () => {
      reject(new RequestError(0, { detail: "Stopped." }));
    };
    signal.addEventListener("abort", () => {
      request.abort();
    });
    request.send(form);
  });

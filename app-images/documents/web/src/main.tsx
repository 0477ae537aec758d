// Starts the page.

import "@fontsource-variable/figtree";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./brand/global.css";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createCache } from "./api/cache";
import { App } from "./app";

// The server writes a fresh nonce into each page that it sends.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
// The scroll lock under dialogs makes a style element of its own and asks here for the nonce.
setNonce(nonce);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <App cache={createCache()} nonce={nonce} />
  </StrictMode>,
);

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockBackend } from "./mock/plugin.ts";

// Where `npm run dev` finds a control plane to talk to.
const controlPlane = process.env.ATOLL_DEV_API ?? "http://atoll.localhost:8080";

export default defineConfig(({ mode }) => ({
  plugins: [react(), mode === "mock" ? mockBackend() : null],
  build: {
    // The page's policy allows fonts and scripts from our origin only, so nothing may become a data: URL.
    assetsInlineLimit: 0,
    target: "es2023",
    // The one polyfill Vite would add is for browsers older than the target.
    rolldownOptions: {
      output: {
        // Libraries change less often than the console: their own files stay in the browser's cache.
        codeSplitting: {
          groups: [
            { name: "mantine", test: /node_modules\/@mantine/ },
            { name: "libraries", test: /node_modules/ },
          ],
        },
      },
    },
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    proxy: mode === "mock" ? undefined : { "/api": { target: controlPlane, changeOrigin: true } },
  },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://atoll.localhost:8080/" } },
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    testTimeout: 30_000,
    restoreMocks: true,
  },
}));

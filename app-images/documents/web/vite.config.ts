import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockService } from "./tests/mock/plugin.ts";

// Where `npm run dev` finds the service. It must be one that lets the browser in: see the README.
const service = process.env.DOCUMENTS_DEV_API ?? "http://127.0.0.1:8081";

export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === "mock" ? [mockService()] : [])],
  build: {
    // The page's policy allows fonts and pictures from our origin only, so nothing may become a data: URL.
    assetsInlineLimit: 0,
    target: "es2023",
    rolldownOptions: {
      output: {
        // Libraries change less often than the page: their own files stay in the browser's cache.
        codeSplitting: {
          groups: [
            { name: "mantine", test: /node_modules\/@mantine/ },
            { name: "pdf", test: /node_modules\/pdfjs-dist/ },
            { name: "libraries", test: /node_modules/ },
          ],
        },
      },
    },
    // The one polyfill Vite would add is for browsers older than the target.
    modulePreload: { polyfill: false },
  },
  server: { port: 5174, proxy: mode === "mock" ? undefined : { "/api": service, "/admin/api": service } },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://documents.atoll.localhost:8080/" } },
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
    // Generous, because the machine may be compiling beside.
    testTimeout: 60_000,
  },
}));

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where `npm run dev` finds the service. It must be one that lets the browser in: see the README.
const service = process.env.DOCUMENTS_DEV_API ?? "http://127.0.0.1:8081";

export default defineConfig({
  plugins: [react()],
  build: {
    // The page's policy allows fonts and pictures from our origin only, so nothing may become a data: URL.
    assetsInlineLimit: 0,
    target: "es2023",
    // The one polyfill Vite would add is for browsers older than the target.
    modulePreload: { polyfill: false },
  },
  server: { port: 5174, proxy: { "/api": service } },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://documents.atoll.localhost:8080/" } },
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
    // Generous, because the machine may be compiling beside.
    testTimeout: 60_000,
  },
});

// The whole page: look, cache of server state, screens.

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { cssVariables, theme } from "./brand/theme";
import { createConsoleRouter } from "./router";

// The same key as in `public/color-scheme.js`, which runs before the first paint.
const colors = localStorageColorSchemeManager({ key: "atoll-colors" });

interface AppProps {
  cache: QueryClient;
  /** The nonce under which the page's policy allows styles. */
  nonce: string;
  /** `test` leaves out what only a browser can do: transitions and what floats above the page. */
  env?: "default" | "test";
}

export function App({ cache, nonce, env = "default" }: AppProps) {
  const [router] = useState(() => createConsoleRouter(cache));
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colors}
      getStyleNonce={() => nonce}
      env={env}
    >
      <QueryClientProvider client={cache}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

// The whole page: looks, server state, and the library of documents.

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { cssVariables, theme } from "./brand/theme";
import { Library } from "./library/library";
import { SessionGuard } from "./parts/session-guard";
import { Shell } from "./parts/shell";
import { UploadQueue } from "./uploads/queue";
import { sendFile } from "./uploads/send";

export function App({ cache, nonce }: { cache: QueryClient; nonce: string }) {
  const [uploads] = useState(() => new UploadQueue(sendFile));
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={cache}>
        <Notifications position="bottom-center" limit={3} />
        <SessionGuard>
          <Shell>
            <Library uploads={uploads} />
          </Shell>
        </SessionGuard>
      </QueryClientProvider>
    </MantineProvider>
  );
}

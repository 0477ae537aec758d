// The whole page: looks, server state, and the screen that the address names.

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { usePath } from "./address/location";
import { cssVariables, theme } from "./brand/theme";
import { CategoriesDialog } from "./categories/categories";
import { ImportDialog } from "./import/import";
import { Library } from "./library/library";
import { SessionGuard } from "./parts/session-guard";
import { Shell } from "./parts/shell";
import { SettingsScreen } from "./settings/settings";
import { UploadQueue } from "./uploads/queue";
import { sendFile } from "./uploads/send";
import { WebhooksDialog } from "./webhooks/webhooks";

export function App({ cache, nonce }: { cache: QueryClient; nonce: string }) {
  const [uploads] = useState(() => new UploadQueue(sendFile));
  const settings = usePath() === "/admin/";
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
            {settings ? <SettingsScreen /> : <Library uploads={uploads} />}
            <CategoriesDialog />
            <ImportDialog />
            <WebhooksDialog />
          </Shell>
        </SessionGuard>
      </QueryClientProvider>
    </MantineProvider>
  );
}

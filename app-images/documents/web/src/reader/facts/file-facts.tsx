// What is known of the file itself.

import { Text } from "@mantine/core";
import type { DocumentView } from "../../api/types";
import { count, fileSize, when } from "../../parts/format";

export function FileFacts({ document }: { document: DocumentView }) {
  const pages = document.pages ? `${count(document.pages, "page")} · ` : "";
  return (
    <div>
      <Text size="sm" fw={500}>
        File
      </Text>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {document.name}
      </Text>
      <Text size="xs" c="dimmed">
        {pages}
        {fileSize(document.bytes)} · {when(document.uploaded_at)}
      </Text>
    </div>
  );
}

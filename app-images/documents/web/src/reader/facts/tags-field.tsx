// Words to find a document by.

import { TagsInput } from "@mantine/core";
import { useChangeDocument } from "../../api/changes";
import type { DocumentView } from "../../api/types";
import { sayFailure } from "../../parts/notify";

export function TagsField({ document }: { document: DocumentView }) {
  const change = useChangeDocument(document.id);
  const tags = document.classification.tags.map(({ value }) => value);
  return (
    <TagsInput
      label="Tags"
      placeholder={tags.length === 0 ? "Type a word and press Enter" : ""}
      size="sm"
      value={tags}
      disabled={change.isPending}
      onChange={(next) => {
        change.mutate({ tags: next }, { onError: sayFailure });
      }}
    />
  );
}

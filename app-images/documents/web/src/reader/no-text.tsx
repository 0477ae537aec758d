// Why a document has no text, or not yet; and the way to it, where there is one.

import { Loader } from "@mantine/core";
import { useDeed } from "../api/changes";
import type { DocumentView } from "../api/types";
import { Notice } from "./notice";
import { PasswordForm } from "./password-form";
import { NotShown } from "./pictures";

export function NoText({ document }: { document: DocumentView }) {
  if (document.failure?.code === "password") return <Locked document={document} />;
  if (document.failure) return <NotShown document={document} />;
  return (
    <Notice
      sign={<Loader size={22} />}
      title={document.status === "queued" ? "Waiting to be read…" : "Reading…"}
      words="The text appears here by itself."
    />
  );
}

function Locked({ document }: { document: DocumentView }) {
  const deed = useDeed();
  return (
    <PasswordForm
      words={`This file ${document.failure?.reason ?? "needs a password"}. With it, its text is read and found.`}
      error={deed.error?.message}
      busy={deed.isPending}
      onSubmit={(password) => {
        deed.mutate({ id: document.id, deed: "process", password });
      }}
    />
  );
}

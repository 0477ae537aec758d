// A text of the audit trail, in which `user:<id>` and `app:<id>` become links to the people and apps they name.

import { Code } from "@mantine/core";
import { Fragment } from "react";
import { api } from "../../api/client";
import { TextLink } from "../../parts/links";

const mention = /(user:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|app:[a-z0-9-]+)/;

export function Mentions({ text }: { text: string }) {
  // Every second part is a mention. Positions are stable: the text is cut anew when it changes.
  return text
    .split(mention)
    .map((part, index) => (
      <Fragment key={index}>{index % 2 === 1 ? <Mention text={part} /> : part}</Fragment>
    ));
}

function Mention({ text }: { text: string }) {
  const [kind = "", id = ""] = text.split(":", 2);
  if (kind === "user") return <UserMention id={id} />;
  return (
    <TextLink to="/admin/apps/$app" params={{ app: id }}>
      {id}
    </TextLink>
  );
}

/** Somebody deleted since has no page and no name any more: the id remains. */
function UserMention({ id }: { id: string }) {
  const users = api.useQuery("get", "/api/v1/users", {}, { staleTime: Infinity });
  const user = users.data?.users.find((candidate) => candidate.id === id);
  if (!user) return <Code>{id}</Code>;
  return (
    <TextLink to="/admin/users/$user" params={{ user: id }}>
      {user.name}
    </TextLink>
  );
}

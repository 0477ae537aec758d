// A link to somewhere outside. Only web addresses become links; anything else is shown as text.

import { Anchor, Text } from "@mantine/core";

interface OutsideLinkProps {
  href: string;
  children: string;
}

export function OutsideLink({ href, children }: OutsideLinkProps) {
  if (!/^https?:\/\//i.test(href)) return <Text component="span">{href}</Text>;
  return (
    <Anchor href={href} rel="noopener noreferrer" target="_blank">
      {children}
    </Anchor>
  );
}

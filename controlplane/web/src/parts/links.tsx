// Mantine's looks on the router's links: typed paths, no reload.

import { Anchor, Button, type AnchorProps, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type LinkAttributes<Own> = Own &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Own | "href"> & { ref?: Ref<HTMLAnchorElement> };

function PlainTextLink(props: LinkAttributes<AnchorProps>) {
  return <Anchor {...props} />;
}

function PlainButtonLink(props: LinkAttributes<ButtonProps>) {
  return <Button component="a" {...props} />;
}

/** A link in text. */
export const TextLink = createLink(PlainTextLink);

/** A link that looks like a button. */
export const ButtonLink = createLink(PlainButtonLink);

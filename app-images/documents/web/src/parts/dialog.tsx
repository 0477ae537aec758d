// A dialog with a title.
//
// Put together by hand, because the header of Mantine's own is a `<header>`, which would be a second banner of the page.

import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./dialog.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  size?: string;
  /** Above another dialog, or the reader. */
  above?: boolean;
  children: ReactNode;
}

export function Dialog({ opened, onClose, title, size = "md", above = false, children }: Props) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size} centered {...(above ? { zIndex: 400 } : {})}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes.header}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

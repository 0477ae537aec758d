// A dialog with an address of its own (`#/…`): a link opens it and the back button closes it.

import type { ReactNode } from "react";
import { goTo, useFragment } from "../address/location";
import { Dialog } from "./dialog";

interface Props {
  /** The fragment of the page's address under which it is open. */
  address: string;
  title: string;
  /** On the page only while the dialog is open. */
  children: ReactNode;
}

export function PlaceDialog({ address, title, children }: Props) {
  const opened = useFragment() === address;
  return (
    <Dialog
      opened={opened}
      title={title}
      size="lg"
      onClose={() => {
        goTo(window.location.pathname + window.location.search);
      }}
    >
      {opened && children}
    </Dialog>
  );
}

// Takes files that are dropped anywhere on the page, and says so while they hover above it.

import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFileDownload } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState, type ReactNode } from "react";
import classes from "./drop-target.module.css";

interface Props {
  onDrop: (files: File[]) => void;
  children: ReactNode;
}

export function DropTarget({ onDrop, children }: Props) {
  const [hovering, setHovering] = useState(false);
  const take = useEffectEvent(onDrop);
  useEffect(
    () =>
      listen(setHovering, (files) => {
        take(files);
      }),
    [],
  );
  return (
    <>
      {children}
      {hovering && (
        <div className={classes.overlay}>
          <div className={classes.frame}>
            <IconFileDownload size={44} stroke={1.4} aria-hidden />
            <Text fz="xl" fw={600}>
              Drop your PDFs here
            </Text>
          </div>
        </div>
      )}
    </>
  );
}

function listen(setHovering: (hovering: boolean) => void, take: (files: File[]) => void): () => void {
  // Moving between elements leaves one and enters another: only the difference says whether we are above the page.
  let depth = 0;
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const handlers = {
    dragenter: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setHovering(true);
    },
    dragover: (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    },
    dragleave: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setHovering(false);
    },
    drop: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setHovering(false);
      if (event.dataTransfer) take(droppedFiles(event.dataTransfer));
    },
  };
  const names = ["dragenter", "dragover", "dragleave", "drop"] as const;
  for (const name of names) window.addEventListener(name, handlers[name]);
  return () => {
    for (const name of names) window.removeEventListener(name, handlers[name]);
  };
}

/** A folder arrives as a file that cannot be read: leave it out, and say so. */
function droppedFiles({ items }: DataTransfer): File[] {
  const dropped = [...items].filter(({ kind }) => kind === "file");
  const files = dropped.filter((item) => !item.webkitGetAsEntry()?.isDirectory);
  if (files.length < dropped.length) {
    notifications.show({
      color: "yellow",
      message: "Folders cannot be uploaded. Open the folder and drop the files in it.",
      closeButtonProps: { "aria-label": "Dismiss" },
    });
  }
  return files.map((item) => item.getAsFile()).filter((file) => file !== null);
}

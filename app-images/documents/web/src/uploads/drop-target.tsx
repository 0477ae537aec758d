// Takes files and folders that are dropped anywhere on the page, and says so while they hover above it.

import { Text } from "@mantine/core";
import { IconFileDownload } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState, type ReactNode } from "react";
import { say } from "../parts/notify";
import { droppedFiles } from "./dropped";
import classes from "./drop-target.module.css";
import { leftOut } from "./left-out";

interface Props {
  onDrop: (files: File[]) => void;
  children: ReactNode;
}

export function DropTarget({ onDrop, children }: Props) {
  const [hovering, setHovering] = useState(false);
  const take = useEffectEvent(async (transfer: DataTransfer) => {
    try {
      const { files, others } = await droppedFiles(transfer);
      onDrop(files);
      if (others > 0) say(leftOut(others));
    } catch {
      say("The folder could not be read. Try again, or choose its files.");
    }
  });
  useEffect(
    () =>
      listen(setHovering, (transfer) => {
        void take(transfer);
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
              Drop your PDFs or folders here
            </Text>
          </div>
        </div>
      )}
    </>
  );
}

function listen(
  setHovering: (hovering: boolean) => void,
  take: (transfer: DataTransfer) => void,
): () => void {
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
      if (event.dataTransfer) take(event.dataTransfer);
    },
  };
  const names = ["dragenter", "dragover", "dragleave", "drop"] as const;
  for (const name of names) window.addEventListener(name, handlers[name]);
  return () => {
    for (const name of names) window.removeEventListener(name, handlers[name]);
  };
}

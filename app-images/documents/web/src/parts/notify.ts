// A line at the edge of the page that says what happened.

import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { wordsOf } from "../api/problem";

const closeButtonProps = { "aria-label": "Dismiss" };

export function say(message: ReactNode): void {
  notifications.show({ message, closeButtonProps });
}

export function sayFailure(error: Error): void {
  notifications.show({ message: wordsOf(error), color: "red", closeButtonProps });
}

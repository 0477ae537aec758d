// The text, page by page, as sheets of paper one below the other.

import { Text } from "@mantine/core";
import { flow } from "./flow";
import classes from "./pages.module.css";

export function Pages({ pages }: { pages: string[] }) {
  return (
    <div className={classes.pages}>
      {pages.map((text, index) => (
        <section key={index} className={classes.page} aria-label={`Page ${index + 1} of ${pages.length}`}>
          {pages.length > 1 && (
            <Text component="p" size="xs" className={classes.label} aria-hidden>
              Page {index + 1} of {pages.length}
            </Text>
          )}
          {text === "" ? (
            <Text c="dimmed" fs="italic">
              There is no text on this page.
            </Text>
          ) : (
            // `dir` lets each page read in the direction of its own script.
            <div className={classes.text} dir="auto">
              {flow(text)}
            </div>
          )}
        </section>
      ))}
    </div>
  );
}

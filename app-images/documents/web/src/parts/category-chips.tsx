// The categories of a document: a name with a dot in its colour, never the colour alone.

import type { CategoryMark } from "../api/types";
import classes from "./category-chips.module.css";

export function CategoryChips({ categories }: { categories: readonly CategoryMark[] }) {
  if (categories.length === 0) return null;
  return (
    <span className={classes.chips}>
      {categories.map((category) => (
        <span key={category.id} className={classes.chip}>
          <Dot colour={category.colour} />
          {category.name}
        </span>
      ))}
    </span>
  );
}

export function Dot({ colour }: { colour: string }) {
  return <span aria-hidden className={classes.dot} style={{ background: colour }} />;
}

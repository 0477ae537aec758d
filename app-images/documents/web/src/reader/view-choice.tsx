// What of a document is shown: its pages, its text or, where there is no room beside them, its facts.

import { SegmentedControl } from "@mantine/core";

export type View = "pages" | "text" | "facts";

interface Props {
  view: View;
  wide: boolean;
  onChange: (view: View) => void;
}

const PAGES_AND_TEXT = [
  { value: "pages", label: "Pages" },
  { value: "text", label: "Text" },
] as const satisfies { value: View; label: string }[];
const ALL = [...PAGES_AND_TEXT, { value: "facts", label: "About" } as const];

export function ViewChoice({ view, wide, onChange }: Props) {
  return (
    <SegmentedControl<View>
      size="xs"
      aria-label="Show"
      value={view}
      data={wide ? [...PAGES_AND_TEXT] : ALL}
      onChange={onChange}
    />
  );
}

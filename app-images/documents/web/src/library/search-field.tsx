// The search field. It asks while one types, but not at every letter.

import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState, type Ref } from "react";
import classes from "./library.module.css";

/** How long a pause in typing is, in milliseconds. */
const PAUSE = 180;

interface Props {
  words: string;
  onChange: (words: string) => void;
  inputRef: Ref<HTMLInputElement>;
}

export function SearchField({ words, onChange, inputRef }: Props) {
  const [typed, setTyped] = useState(words);
  const [known, setKnown] = useState(words);
  // The words were changed from elsewhere: by a saved view, or the back button.
  if (words !== known) {
    setKnown(words);
    if (words !== typed.trim()) setTyped(words);
  }
  const later = useDebouncedCallback(onChange, PAUSE);
  const type = (text: string) => {
    setTyped(text);
    later(text.trim());
  };
  return (
    <TextInput
      ref={inputRef}
      type="search"
      aria-label="Search your documents"
      placeholder="Search: words, “a phrase”, -not"
      size="md"
      className={classes.search}
      leftSection={<IconSearch size={18} stroke={1.8} aria-hidden />}
      rightSection={
        typed === "" ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              type("");
              later.flush();
            }}
          />
        )
      }
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") later.flush();
        if (event.key === "Escape") event.currentTarget.blur();
      }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

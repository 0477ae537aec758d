// Light or dark, or as the system has it.

import { Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";

const SCHEMES: readonly [MantineColorScheme, string][] = [
  ["auto", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

export function Scheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>Colours</Menu.Label>
      {SCHEMES.map(([scheme, label]) => (
        <Menu.Item
          key={scheme}
          role="menuitemradio"
          aria-checked={scheme === colorScheme}
          rightSection={scheme === colorScheme ? <IconCheck size={16} stroke={2} aria-hidden /> : null}
          onClick={() => {
            setColorScheme(scheme);
          }}
        >
          {label}
        </Menu.Item>
      ))}
    </>
  );
}

// An app's icon, or its first letter where the icon cannot be loaded.

import { Avatar } from "@mantine/core";

interface AppIconProps {
  src: string;
  title: string;
  /** Width and height in pixels. */
  size?: number;
}

/** Decorative: the app's title always stands beside it. */
export function AppIcon({ src, title, size = 44 }: AppIconProps) {
  return (
    <Avatar src={src} alt="" size={size} radius={size / 4} color="lagoon" variant="light" aria-hidden>
      {title.slice(0, 1)}
    </Avatar>
  );
}

// The administrator's way around. Members have one screen and need none.

import { NavLink, Stack, Text } from "@mantine/core";
import {
  IconActivity,
  IconApps,
  IconBox,
  IconBuildingStore,
  IconHistory,
  IconUsers,
} from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import classes from "./shell.module.css";

const places = [
  { to: "/admin/catalogue", label: "Catalogue", icon: IconBuildingStore },
  { to: "/admin/apps", label: "Installed apps", icon: IconBox },
  { to: "/admin/users", label: "Users", icon: IconUsers },
  { to: "/admin/audit", label: "Audit", icon: IconHistory },
  { to: "/admin/status", label: "System", icon: IconActivity },
] as const;

interface NavigationProps {
  /** Called when a place was chosen, so that a phone can close the menu. */
  onGo: () => void;
}

export function Navigation({ onGo }: NavigationProps) {
  const path = useLocation({ select: (location) => location.pathname });
  const here = (to: string) => path === to || path.startsWith(`${to}/`);
  const current = (active: boolean) => ({ active, "aria-current": active ? ("page" as const) : undefined });
  return (
    <Stack gap={4}>
      <NavLink
        component={Link}
        to="/"
        label="Your apps"
        leftSection={<IconApps size={19} aria-hidden />}
        className={classes.link}
        onClick={onGo}
        {...current(path === "/")}
      />
      <Text size="xs" c="dimmed" fw={600} mt="md" mb={2} px="sm" id="administration">
        Administration
      </Text>
      <Stack gap={4} role="group" aria-labelledby="administration">
        {places.map((place) => (
          <NavLink
            key={place.to}
            component={Link}
            to={place.to}
            label={place.label}
            leftSection={<place.icon size={19} aria-hidden />}
            className={classes.link}
            onClick={onGo}
            {...current(here(place.to))}
          />
        ))}
      </Stack>
    </Stack>
  );
}

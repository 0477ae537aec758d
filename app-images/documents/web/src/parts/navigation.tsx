// The ways through the page: links where there is room, a menu where there is none.

import { ActionIcon, Menu } from "@mantine/core";
import { IconMenu2 } from "@tabler/icons-react";
import { usePath, useQueryString } from "../address/location";
import type { Person } from "../api/types";
import { Scheme } from "./scheme";
import classes from "./shell.module.css";

interface Way {
  label: string;
  href: string;
  here: boolean;
}

function useWays(person: Person | undefined): Way[] {
  const path = usePath();
  const trashed = new URLSearchParams(useQueryString()).get("trashed") === "true";
  const library = path !== "/admin/";
  const ways: Way[] = [
    { label: "Documents", href: "/", here: library && !trashed },
    { label: "Trash", href: "/?trashed=true", here: library && trashed },
    { label: "Categories", href: "/#/categories", here: false },
  ];
  if (person?.role === "admin") ways.push({ label: "Settings", href: "/admin/", here: !library });
  return ways;
}

export function Navigation({ person }: { person: Person | undefined }) {
  const ways = useWays(person);
  return (
    <>
      <nav className={classes.ways} aria-label="Documents">
        {ways.map(({ label, href, here }) => (
          <a key={label} href={href} className={classes.way} aria-current={here ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <Menu position="bottom-end" shadow="md" width={230} alignItemsLabels="with-indicators">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" c="dimmed" size="lg" aria-label="Menu">
            <IconMenu2 size={20} stroke={1.8} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {ways.map(({ label, href, here }) => (
            <Menu.Item
              key={label}
              component="a"
              href={href}
              hiddenFrom="sm"
              aria-current={here ? "page" : undefined}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider hiddenFrom="sm" />
          <Menu.Item component="a" href="/#/import">
            Import from paperless-ngx
          </Menu.Item>
          <Menu.Item component="a" href="/api/export" download>
            Export everything
          </Menu.Item>
          <Menu.Item component="a" href="/#/webhooks">
            Webhooks
          </Menu.Item>
          {person?.home_url && (
            <Menu.Item component="a" href={person.home_url} hiddenFrom="sm">
              All apps
            </Menu.Item>
          )}
          <Menu.Divider />
          <Scheme />
          {person?.name && <Menu.Label>Signed in as {person.name}</Menu.Label>}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

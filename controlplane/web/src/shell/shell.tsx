// The frame of every screen behind the login: header, navigation for administrators, and what needs attention.

import { AppShell, Box, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Mark } from "../brand/logo";
import { useUser } from "../session/session";
import { Attention } from "./attention";
import { Navigation } from "./navigation";
import classes from "./shell.module.css";
import { UserMenu } from "./user-menu";

/** Moves the focus to a new screen's content, as loading a page would: the next Tab and the reader start there. */
function useFocusOnArrival() {
  const path = useLocation({ select: (location) => location.pathname });
  const content = useRef<HTMLElement>(null);
  const arrived = useRef(path);
  useEffect(() => {
    if (arrived.current === path) return;
    arrived.current = path;
    content.current?.focus({ preventScroll: true });
  }, [path]);
  return content;
}

export function Shell() {
  const content = useFocusOnArrival();
  const user = useUser();
  const [menuOpen, menu] = useDisclosure(false);
  const administrator = user.role === "admin";
  return (
    <AppShell
      header={{ height: 60 }}
      {...(administrator && { navbar: { width: 236, breakpoint: "sm", collapsed: { mobile: !menuOpen } } })}
      padding={{ base: "md", sm: "xl" }}
    >
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            {administrator && (
              <Burger
                opened={menuOpen}
                onClick={menu.toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label="Navigation"
                aria-expanded={menuOpen}
                aria-controls="navigation"
              />
            )}
            <Link to="/" className={classes.home}>
              <Mark />
              Atoll
            </Link>
          </Group>
          <UserMenu user={user} />
        </Group>
      </AppShell.Header>
      {administrator && (
        <AppShell.Navbar
          p="md"
          id="navigation"
          aria-label="Main"
          className={classes.navbar}
          mod={{ open: menuOpen }}
        >
          <Navigation onGo={menu.close} />
        </AppShell.Navbar>
      )}
      <AppShell.Main className={classes.main} id="content" tabIndex={-1} ref={content}>
        <Box className={classes.content}>
          {administrator && <Attention />}
          <Outlet />
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

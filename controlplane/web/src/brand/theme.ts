// The look: a lagoon's teal, stone greys with a trace of it, and coral for what hurts.

import {
  Anchor,
  Badge,
  Card,
  createTheme,
  Modal,
  Notification,
  Select,
  type MantineColorsTuple,
  type CSSVariablesResolver,
} from "@mantine/core";
import classes from "./theme.module.css";

const lagoon: MantineColorsTuple = [
  "#e8f7f5",
  "#d2ece8",
  "#a7dad3",
  "#76c7bd",
  "#4bb5a9",
  "#2c9f93",
  "#178479",
  "#0d6f66",
  "#075a53",
  "#05443f",
];

const stone: MantineColorsTuple = [
  "#f6f9f9",
  "#edf2f2",
  "#dfe7e7",
  "#ccd7d7",
  "#adbcbd",
  "#869799",
  "#5c6d70",
  "#445457",
  "#2f3d40",
  "#1b2629",
];

const night: MantineColorsTuple = [
  "#d7e2e3",
  "#b4c3c6",
  "#91a3a7",
  "#62767b",
  "#42545a",
  "#2f3f45",
  "#213036",
  "#162328",
  "#0f191d",
  "#091114",
];

const coral: MantineColorsTuple = [
  "#fff0ec",
  "#ffddd4",
  "#fcbaa9",
  "#f7947b",
  "#f17355",
  "#e25a3a",
  "#cb4526",
  "#ab361b",
  "#892913",
  "#681d0c",
];

const amber: MantineColorsTuple = [
  "#fdf6e3",
  "#f8e9c2",
  "#f0d38a",
  "#e7bc52",
  "#dba628",
  "#bd8a14",
  "#946a0b",
  "#775408",
  "#5b4006",
  "#412d04",
];

export const theme = createTheme({
  primaryColor: "lagoon",
  primaryShade: { light: 7, dark: 6 },
  black: stone[9],
  autoContrast: true,
  luminanceThreshold: 0.2,
  colors: { lagoon, coral, amber, gray: stone, dark: night, red: coral, yellow: amber },
  fontFamily: '"Figtree Variable", ui-sans-serif, system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  fontSizes: { md: "0.95rem" },
  headings: { fontWeight: "650", textWrap: "balance" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Badge: Badge.extend({ classNames: { root: classes.badge } }),
    Card: Card.extend({ defaultProps: { radius: "lg" }, classNames: { root: classes.card } }),
    // The list belongs to the same landmark as its field, but outside the card, which would cut it off.
    Select: Select.extend({ defaultProps: { comboboxProps: { portalProps: { target: "#content" } } } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } }),
    Modal: Modal.extend({
      classNames: { title: classes.dialogTitle },
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        // A page has one banner; the head of a dialog is not another.
        attributes: { header: { role: "presentation" } },
      },
    }),
    // Because colour alone does not tell a link from the words around it.
    Anchor: Anchor.extend({ defaultProps: { underline: "always" } }),
  },
});

/** The pale background of badges and alerts in the dark: the colour itself, seen through. `rgb` is "r, g, b". */
function lightVariant(name: string, rgb: string, text: string): Record<string, string> {
  return {
    [`--mantine-color-${name}-light`]: `rgba(${rgb}, 0.15)`,
    [`--mantine-color-${name}-light-hover`]: `rgba(${rgb}, 0.22)`,
    [`--mantine-color-${name}-light-color`]: text,
  };
}

/** Colours that differ between light and dark and that Mantine has no name for. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": stone[9],
    "--mantine-color-dimmed": stone[6],
    "--mantine-color-error": coral[7],
    "--mantine-color-red-light": coral[0],
    "--mantine-color-red-light-color": coral[7],
    "--mantine-color-amber-light": amber[0],
    "--atoll-canvas": "#f4f8f7",
    "--atoll-line": stone[2],
    "--atoll-lagoon": lagoon[2],
    "--atoll-reef": lagoon[7],
    "--atoll-islet": "#d9a441",
  },
  dark: {
    "--mantine-color-body": "#131f23",
    "--mantine-color-dimmed": night[2],
    "--mantine-color-error": coral[3],
    ...lightVariant("lagoon", "75, 181, 169", lagoon[3]),
    ...lightVariant("amber", "231, 188, 82", amber[2]),
    ...lightVariant("red", "241, 115, 85", coral[3]),
    ...lightVariant("gray", "145, 163, 167", night[1]),
    "--atoll-canvas": "#0d171a",
    "--atoll-line": night[5],
    "--atoll-lagoon": lagoon[8],
    "--atoll-reef": lagoon[3],
    "--atoll-islet": "#f0dcb4",
  },
});

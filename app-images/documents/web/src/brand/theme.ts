// The look, of one family with the platform's console: a lagoon's teal, stone greys, coral for what hurts.

import { createTheme, Menu, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

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
  // White words stand on both (WCAG 2.2, 1.4.3): Mantine chooses their colour by the light shade alone.
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.27,
  colors: { lagoon, coral, amber, gray: stone, dark: night, red: coral, yellow: amber },
  fontFamily: '"Figtree Variable", ui-sans-serif, system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontWeight: "650", textWrap: "balance" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    // A menu stays in its landmark, and holds nothing but its items: what Mantine puts there to take the focus is none.
    Menu: Menu.extend({ defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } }),
  },
});

/** Colours that differ between light and dark and that Mantine has no name for. */
export const cssVariables: CSSVariablesResolver = (resolved) => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-dimmed": resolved.colors.gray[6],
    "--mantine-color-error": resolved.colors.coral?.[7] ?? "",
    "--documents-canvas": "#f4f8f7",
    "--documents-line": resolved.colors.gray[2],
    "--documents-hover": resolved.colors.gray[0],
    "--documents-accent": resolved.colors.lagoon?.[7] ?? "",
    "--documents-warning": resolved.colors.amber?.[6] ?? "",
    "--documents-tint": resolved.colors.lagoon?.[0] ?? "",
    "--documents-mark": resolved.colors.amber?.[3] ?? "",
  },
  dark: {
    "--mantine-color-body": "#131f23",
    "--mantine-color-dimmed": resolved.colors.dark[2],
    "--mantine-color-error": resolved.colors.coral?.[3] ?? "",
    "--documents-canvas": "#0d171a",
    "--documents-line": resolved.colors.dark[6],
    "--documents-hover": "#17252a",
    "--documents-accent": resolved.colors.lagoon?.[3] ?? "",
    "--documents-warning": resolved.colors.amber?.[3] ?? "",
    "--documents-tint": "#12302f",
    "--documents-mark": resolved.colors.amber?.[5] ?? "",
  },
});

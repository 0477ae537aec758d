export default {
  plugins: {
    "postcss-preset-mantine": {},
    // Mantine's own breakpoint, which CSS cannot read from a variable in a media query.
    "postcss-simple-vars": { variables: { "mantine-breakpoint-sm": "47.9375em" } },
  },
};

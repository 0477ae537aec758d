// Three sheets in a fan, drawn in the colours of the page.

import classes from "./empty.module.css";

export function Sheets() {
  return (
    <svg viewBox="0 0 160 112" width="160" height="112" aria-hidden>
      <g className={classes.back}>
        <rect x="30" y="24" width="58" height="78" rx="6" transform="rotate(-12 59 63)" />
        <rect x="72" y="24" width="58" height="78" rx="6" transform="rotate(12 101 63)" />
      </g>
      <path className={classes.front} d="M51 20a6 6 0 0 1 6-6h32l20 20v58a6 6 0 0 1-6 6H57a6 6 0 0 1-6-6z" />
      <path className={classes.fold} d="M89 14l20 20H95a6 6 0 0 1-6-6z" />
      <g className={classes.lines}>
        <path d="M63 48h34" />
        <path d="M63 60h34" />
        <path d="M63 72h34" />
        <path d="M63 84h20" />
      </g>
    </svg>
  );
}

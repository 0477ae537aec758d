// The mark: a reef around a lagoon, with one islet in its passage.

interface MarkProps {
  /** Width and height in pixels. */
  size?: number;
}

/** Decorative: the name beside it, or the link around it, says what it is. */
export function Mark({ size = 28 }: MarkProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden focusable="false">
      <circle cx="16" cy="16" r="8" fill="var(--atoll-lagoon)" />
      <g stroke="var(--atoll-reef)" strokeWidth="4.4" strokeLinecap="round">
        <path d="M21.2 4.7A12.4 12.4 0 1 0 20.2 27.7" />
        <path d="M26.2 23.1A12.4 12.4 0 0 0 28.2 13.8" />
      </g>
      <circle cx="26.1" cy="8.3" r="2.3" fill="var(--atoll-islet)" />
    </svg>
  );
}

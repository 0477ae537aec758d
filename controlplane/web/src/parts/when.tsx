// An instant in the reader's own time zone; the exact UTC value is in its title.

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

interface WhenProps {
  /** RFC 3339, or nothing when it never happened. */
  at: string | null | undefined;
  /** Shown when it never happened. */
  never?: string;
}

export function When({ at, never = "never" }: WhenProps) {
  if (!at) return <>{never}</>;
  return (
    <time dateTime={at} title={at}>
      {format.format(new Date(at))}
    </time>
  );
}

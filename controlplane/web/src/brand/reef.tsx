// An atoll seen from above: depth lines, lagoon, and a reef of islets with passages between them. Decorative.

interface ReefProps {
  className?: string | undefined;
}

const centre = { x: 300, y: 380 };
const points = 96;

/** Distance of the reef's line from the centre, in units of the picture, at an angle in radians. */
function reefLine(angle: number): number {
  return (
    168 + 26 * Math.cos(2 * angle + 0.7) + 13 * Math.cos(3 * angle - 1.1) + 6 * Math.cos(5 * angle + 2.3)
  );
}

/** One closed line along the reef, `scale` times as far out. */
function ring(scale: number): string {
  return closed(Array.from({ length: points }, (_, index) => at((index / points) * 2 * Math.PI, scale)));
}

/** One islet on the reef from angle to angle, thickest in its middle. */
function islet(from: number, to: number, thickness: number): string {
  const steps = 36;
  const outer: string[] = [];
  const inner: string[] = [];
  for (let step = 0; step <= steps; step++) {
    const part = step / steps;
    const angle = from + (to - from) * part;
    const half = thickness * Math.sqrt(Math.sin(Math.PI * part)) * (1 + 0.25 * Math.sin(angle * 7));
    outer.push(at(angle, 1, half));
    inner.unshift(at(angle, 1, -half));
  }
  return closed([...outer, ...inner]);
}

function at(angle: number, scale: number, beside = 0): string {
  const radius = reefLine(angle) * scale + beside;
  return `${(centre.x + radius * Math.cos(angle)).toFixed(1)} ${(centre.y + radius * Math.sin(angle)).toFixed(1)}`;
}

function closed(corners: string[]): string {
  return `M${corners.join("L")}Z`;
}

const depths = [1.22, 1.44, 1.7, 2, 2.35, 2.76, 3.24].map(ring);
const shallows = ring(1.1);
const lagoon = ring(0.9);
const deep = ring(0.58);
const islets = [
  islet(-2.9, -1.25, 9),
  islet(-1.08, -0.62, 6),
  islet(-0.4, 0.12, 8),
  islet(0.34, 0.58, 4),
  islet(0.95, 2.35, 7),
  islet(2.6, 3.02, 5),
];

export function Reef({ className }: ReefProps) {
  return (
    <svg
      className={className}
      viewBox="0 0 600 800"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden
      focusable="false"
    >
      <g fill="none" stroke="#bfeee6">
        {depths.map((path, index) => (
          <path key={path} d={path} strokeOpacity={0.24 - index * 0.03} />
        ))}
      </g>
      <path d={shallows} fill="#6fd0c2" fillOpacity="0.22" />
      <path d={lagoon} fill="#59c2b3" fillOpacity="0.42" />
      <path d={deep} fill="#1f8a86" fillOpacity="0.55" />
      {islets.map((path) => (
        <path key={path} d={path} fill="#f0dcb4" />
      ))}
    </svg>
  );
}

// The one rule for passwords, the same as the control plane's.

/** What is wrong with a new password, or `null`. */
export function passwordFault(password: string): string | null {
  const length = Array.from(password).length;
  if (length < 12) return "Use at least 12 characters.";
  return length > 256 ? "Use at most 256 characters." : null;
}

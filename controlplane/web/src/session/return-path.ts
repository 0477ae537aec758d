// Decides where a person lands after signing in.
//
// The path arrives in the address, so anybody can write it into a link: only a path on this very origin is
// followed, otherwise the login page would send people to strangers' look-alikes.

/** `wanted` as a path on `origin`, or `/` when it is anything else. */
export function safeReturnPath(wanted: string | undefined, origin: string = window.location.origin): string {
  // A second slash or a backslash would make the browser read a host name; control characters are dropped by
  // its parser and could hide one.
  if (!wanted || !/^\/(?![/\\])/.test(wanted) || hasControlCharacter(wanted)) return "/";
  let url: URL;
  try {
    url = new URL(wanted, origin);
  } catch {
    return "/";
  }
  if (url.origin !== origin || url.pathname.startsWith("//")) return "/";
  // Going back to the doors would lead in a circle.
  if (url.pathname === "/login" || url.pathname === "/setup") return "/";
  return url.pathname + url.search + url.hash;
}

function hasControlCharacter(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

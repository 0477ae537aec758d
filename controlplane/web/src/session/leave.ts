// Leaves the page. Everything it knew about a person goes with it.

/** Navigates the whole window to a path that the server may own. */
export function leaveTo(path: string): void {
  window.location.assign(path);
}

/** Goes to the login page, which leads back to where we are. */
export function leaveToLogin(): void {
  const { pathname, search, hash } = window.location;
  if (pathname === "/login" || pathname === "/setup") return;
  leaveTo(`/login?to=${encodeURIComponent(pathname + search + hash)}`);
}

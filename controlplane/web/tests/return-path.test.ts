// Where a person lands after signing in.

import { describe, expect, it } from "vitest";
import { safeReturnPath } from "../src/session/return-path";

const origin = "http://atoll.localhost:8080";

describe("the way back after signing in", () => {
  it.each([
    ["/", "/"],
    ["/admin/apps/documents", "/admin/apps/documents"],
    ["/open/documents?state=a1&to=%2Flist%3Fpage%3D2", "/open/documents?state=a1&to=%2Flist%3Fpage%3D2"],
    ["/admin/audit#newest", "/admin/audit#newest"],
    ["/a/../admin/users", "/admin/users"],
  ])("follows %s on our own origin", (wanted, path) => {
    expect(safeReturnPath(wanted, origin)).toBe(path);
  });

  it.each([
    ["another site", "https://evil.example/login"],
    ["another site without a scheme", "//evil.example"],
    ["a host behind a backslash", "/\\evil.example"],
    ["a host behind two backslashes", "\\\\evil.example"],
    ["a host behind a tab, which browsers drop", "/\t/evil.example"],
    ["a host behind a line break", "/\n/evil.example"],
    ["a host that appears when dots are resolved", "/.//evil.example"],
    ["a script", "javascript:alert(1)"],
    ["an app's own origin", "http://documents.atoll.localhost:8080/"],
    ["our host as a user name", "http://atoll.localhost:8080@evil.example/"],
    ["a path without its slash", "admin/apps"],
    ["nothing", ""],
    ["no path at all", undefined],
    ["the login page, which would lead in a circle", "/login?to=/login"],
  ])("goes to the launcher instead of %s", (_, wanted) => {
    expect(safeReturnPath(wanted, origin)).toBe("/");
  });
});

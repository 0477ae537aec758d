// Who is signed in, and the way out.

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { api, http } from "../api/client";
import type { UserView } from "../api/types";
import { leaveTo } from "./leave";

/** `guard`: the router decides what a refusal of this one means (set-up or login). */
export const sessionQuery = () =>
  api.queryOptions("get", "/api/v1/session", {}, { staleTime: 60_000, meta: { guard: true } });

/** The signed-in person. Only screens behind the signed-in route may ask. */
export function useUser(): UserView {
  return useSuspenseQuery(sessionQuery()).data.user;
}

/** Ends the session on the server, then leaves the page: nothing that it knew of this person stays behind. */
export function useLogOut() {
  return useMutation({
    mutationFn: () => http.DELETE("/api/v1/session"),
    onSuccess: () => {
      leaveTo("/login");
    },
  });
}

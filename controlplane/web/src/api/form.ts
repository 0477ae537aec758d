// Puts the API's answer about single fields beside the fields of a form.

import type { UseFormReturnType } from "@mantine/form";
import { sentence } from "../parts/sentence";
import { asProblem } from "./problem";

/** What to show above the form: nothing when every complaint found its field. */
export function placeProblem<V extends Record<string, unknown>>(
  form: UseFormReturnType<V>,
  error: unknown,
): unknown {
  const { fields } = asProblem(error);
  const known = Object.entries(fields).filter(([field]) => field in form.getValues());
  for (const [field, message] of known) form.setFieldError(field, sentence(message));
  return known.length > 0 && known.length === Object.keys(fields).length ? null : error;
}

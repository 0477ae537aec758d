// The provider's key. It can be written, never read: what is stored shows as a mask.

import { Button, Group, PasswordInput } from "@mantine/core";
import type { FormProps } from "./provider-section";

export function KeyField({ form, onChange, masked }: FormProps & { masked: string | undefined }) {
  const stored = masked !== undefined && !form.removeKey;
  return (
    <Group align="end" wrap="nowrap" gap="xs">
      <PasswordInput
        flex={1}
        label="API key"
        description={
          stored
            ? `Stored: ${masked}. Type another to replace it.`
            : "Stored on the volume, never shown again."
        }
        placeholder={stored ? masked : "None"}
        autoComplete="off"
        visibilityToggleButtonProps={{ "aria-label": "Show what is typed" }}
        value={form.apiKey}
        onChange={({ currentTarget }) => {
          onChange({ apiKey: currentTarget.value, removeKey: false });
        }}
      />
      {stored && (
        <Button
          variant="default"
          onClick={() => {
            onChange({ apiKey: "", removeKey: true });
          }}
        >
          Remove
        </Button>
      )}
    </Group>
  );
}

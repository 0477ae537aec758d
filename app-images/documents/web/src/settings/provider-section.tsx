// Who is asked what a document is about, beyond the built-in rules.

import { Group, NativeSelect, NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Dialect } from "../api/types";
import { BASE_URLS, DIALECTS, type SettingsForm } from "./form";
import { KeyField } from "./key-field";
import { Section } from "./section";

export interface FormProps {
  form: SettingsForm;
  onChange: (changes: Partial<SettingsForm>) => void;
}

interface Props extends FormProps {
  /** The stored key, as far as it may be shown. */
  maskedKey: string | undefined;
  children: ReactNode;
}

export function ProviderSection({ form, onChange, maskedKey, children }: Props) {
  return (
    <Section
      title="AI provider"
      words="Documents are sorted by built-in rules, without any network. A provider finds more, and sees the text of each document."
    >
      <NativeSelect
        label="Provider"
        value={form.dialect}
        data={[...DIALECTS]}
        onChange={({ currentTarget }) => {
          const dialect = currentTarget.value as Dialect | "";
          // Another provider is somewhere else; an address that was typed stays.
          const usual = form.baseUrl === "" || Object.values(BASE_URLS).includes(form.baseUrl);
          onChange({ dialect, ...(dialect !== "" && usual ? { baseUrl: BASE_URLS[dialect] } : {}) });
        }}
      />
      {form.dialect !== "" && (
        <>
          <Address form={form} onChange={onChange} />
          <KeyField form={form} onChange={onChange} masked={maskedKey} />
          <Limits form={form} onChange={onChange} />
          <Textarea
            label="Additional instructions"
            description="Told to the model besides the app’s own: what your company calls things, which categories mean what."
            autosize
            minRows={3}
            maxRows={12}
            maxLength={4000}
            value={form.prompt}
            onChange={({ currentTarget }) => {
              onChange({ prompt: currentTarget.value });
            }}
          />
          {children}
        </>
      )}
    </Section>
  );
}

function Address({ form, onChange }: FormProps) {
  return (
    <>
      <TextInput
        type="url"
        label="Base URL"
        required
        spellCheck={false}
        value={form.baseUrl}
        onChange={({ currentTarget }) => {
          onChange({ baseUrl: currentTarget.value });
        }}
      />
      <TextInput
        label="Model"
        required
        spellCheck={false}
        placeholder={form.dialect === "anthropic" ? "claude-…" : "The name of a loaded model"}
        value={form.model}
        onChange={({ currentTarget }) => {
          onChange({ model: currentTarget.value });
        }}
      />
      <Switch
        label="The provider is in our own network"
        description="Lets the app talk to private addresses. Leave it off for a provider on the internet."
        checked={form.allowPrivateHosts}
        onChange={({ currentTarget }) => {
          onChange({ allowPrivateHosts: currentTarget.checked });
        }}
      />
      <Textarea
        label="Certificates of your own authority"
        description="PEM. Only for a provider whose certificate no public authority has signed."
        placeholder="-----BEGIN CERTIFICATE-----"
        autosize
        maxRows={8}
        spellCheck={false}
        value={form.caCertificates}
        onChange={({ currentTarget }) => {
          onChange({ caCertificates: currentTarget.value });
        }}
      />
    </>
  );
}

function Limits({ form, onChange }: FormProps) {
  return (
    <Group grow align="start" preventGrowOverflow={false} wrap="wrap">
      <NumberInput
        label="Longest answer, in seconds"
        min={10}
        max={600}
        allowDecimal={false}
        value={form.timeoutSecs}
        onChange={(value) => {
          if (typeof value === "number") onChange({ timeoutSecs: value });
        }}
      />
      <TextInput
        label="Price of a million tokens read"
        inputMode="decimal"
        placeholder="1.00"
        value={form.priceIn}
        onChange={({ currentTarget }) => {
          onChange({ priceIn: currentTarget.value });
        }}
      />
      <TextInput
        label="Price of a million tokens written"
        inputMode="decimal"
        placeholder="5.00"
        value={form.priceOut}
        onChange={({ currentTarget }) => {
          onChange({ priceOut: currentTarget.value });
        }}
      />
    </Group>
  );
}

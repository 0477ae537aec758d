// The settings as the form has them, and as the interface takes them.

import type { AiDraft, Dialect, Settings, SettingsDraft } from "../api/types";

/** Everything a person types is text here; what is not filled in is "". */
export interface SettingsForm {
  dialect: Dialect | "";
  baseUrl: string;
  model: string;
  /** What was typed now; the stored key never comes here. */
  apiKey: string;
  removeKey: boolean;
  timeoutSecs: number;
  allowPrivateHosts: boolean;
  /** PEM. */
  caCertificates: string;
  priceIn: string;
  priceOut: string;
  prompt: string;
  languages: string[];
  maxFileMebibytes: number;
  trashDays: number;
  neverSend: string[];
}

/** Where providers usually are. */
export const BASE_URLS: Record<Dialect, string> = {
  anthropic: "https://api.anthropic.com",
  ollama: "http://ollama:11434",
  openai: "http://lmstudio:1234/v1",
};

export const DIALECTS: readonly { value: Dialect | ""; label: string }[] = [
  { value: "", label: "None: built-in rules only" },
  { value: "anthropic", label: "Anthropic" },
  { value: "ollama", label: "Ollama" },
  { value: "openai", label: "LM Studio or another OpenAI-compatible server" },
];

const TIMEOUT_SECS = 120;

export function toForm(settings: Settings): SettingsForm {
  const { ai } = settings;
  return {
    dialect: ai?.dialect ?? "",
    baseUrl: ai?.base_url ?? "",
    model: ai?.model ?? "",
    apiKey: "",
    removeKey: false,
    timeoutSecs: ai?.timeout_secs ?? TIMEOUT_SECS,
    allowPrivateHosts: ai?.allow_private_hosts ?? false,
    caCertificates: ai?.ca_certificates ?? "",
    priceIn: ai?.price_in ?? "",
    priceOut: ai?.price_out ?? "",
    prompt: settings.prompt ?? "",
    languages: settings.ocr_languages,
    maxFileMebibytes: settings.max_file_bytes / 2 ** 20,
    trashDays: settings.trash_days,
    neverSend: settings.never_send_categories,
  };
}

/** `version` is the one that the form was made from: the server refuses to overwrite a newer one unseen. */
export function toDraft(form: SettingsForm, version: number): SettingsDraft {
  return {
    version,
    ai: form.dialect === "" ? null : aiDraft(form, form.dialect),
    prompt: form.prompt.trim() || null,
    ocr_languages: form.languages,
    max_file_bytes: Math.round(form.maxFileMebibytes * 2 ** 20),
    trash_days: form.trashDays,
    never_send_categories: form.neverSend,
  };
}

function aiDraft(form: SettingsForm, dialect: Dialect): AiDraft {
  return {
    dialect,
    base_url: form.baseUrl.trim(),
    model: form.model.trim(),
    timeout_secs: form.timeoutSecs,
    allow_private_hosts: form.allowPrivateHosts,
    ca_certificates: form.caCertificates.trim() || null,
    price_in: form.priceIn.trim() || null,
    price_out: form.priceOut.trim() || null,
    ...keyOf(form),
  };
}

/** Left out, the stored key stays; empty, it goes. */
function keyOf({ apiKey, removeKey }: SettingsForm): { api_key?: string } {
  if (apiKey !== "") return { api_key: apiKey };
  return removeKey ? { api_key: "" } : {};
}

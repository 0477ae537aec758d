// What the interface's codes are called.

import type { DocumentStatus, DocumentType, RuleField, Sort, Source } from "../api/types";

const TYPE_NAMES: Record<DocumentType, string> = {
  invoice: "Invoice",
  credit_note: "Credit note",
  receipt: "Receipt",
  reminder: "Reminder",
  quote: "Quote",
  order: "Order",
  delivery_note: "Delivery note",
  contract: "Contract",
  bank_statement: "Bank statement",
  payslip: "Payslip",
  tax: "Tax",
  insurance: "Insurance",
  utility_bill: "Utility bill",
  medical: "Medical",
  certificate: "Certificate",
  manual: "Manual",
  letter: "Letter",
  other: "Other",
};

const STATUS_NAMES: Record<DocumentStatus, string> = {
  queued: "Waiting",
  extracting: "Reading",
  ready: "Ready",
  failed: "No text",
};

const SORT_NAMES: Record<Sort, string> = {
  newest: "Newest first",
  oldest: "Oldest first",
  "-date": "Date, latest first",
  date: "Date, earliest first",
  title: "Title",
  sender: "Sender",
  amount: "Amount",
  relevance: "Best match",
};

const SOURCE_NAMES: Record<Source, string> = {
  user: "you",
  e_invoice: "e-invoice",
  ai: "AI",
  rules: "rules",
};

const RULE_FIELD_NAMES: Record<RuleField, string> = {
  sender: "Sender",
  text: "Text",
  title: "Title",
  type: "Type",
};

function codes<T extends string>(names: Record<T, string>): readonly T[] {
  return Object.keys(names) as T[];
}

export const DOCUMENT_TYPES = codes(TYPE_NAMES);
export const STATUSES = codes(STATUS_NAMES);
export const SORTS = codes(SORT_NAMES);
export const RULE_FIELDS = codes(RULE_FIELD_NAMES);

export const typeName = (type: DocumentType): string => TYPE_NAMES[type];
export const statusName = (status: DocumentStatus): string => STATUS_NAMES[status];
export const sortName = (sort: Sort): string => SORT_NAMES[sort];
export const sourceName = (source: Source): string => SOURCE_NAMES[source];
export const ruleFieldName = (field: RuleField): string => RULE_FIELD_NAMES[field];

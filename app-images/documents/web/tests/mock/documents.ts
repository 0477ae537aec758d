// Documents to look at: enough to scroll, of every kind and state.

import type { DocumentType } from "../../src/api/types";
import { aDocument, fact, newId, World } from "../world.ts";

const KINDS: readonly [DocumentType, string, string, string][] = [
  ["invoice", "Invoice RN-2026-0417", "Elektro Brandt GmbH", "486.00"],
  ["utility_bill", "Electricity, yearly statement", "Stadtwerke Musterstadt", "1284.55"],
  [
    "contract",
    "Lease of the workshop in the old harbour, with its appendices A to F",
    "Hafen Immobilien",
    "",
  ],
  ["reminder", "Second reminder", "Kestrel Design Ltd", "99.90"],
  ["letter", "Access for the fitters", "Kestrel Design Ltd", ""],
  ["bank_statement", "Account statement, September", "Volksbank Nord", ""],
];

/** How many documents there are. */
const MANY = 3000;

export function aWorld(): World {
  const world = new World();
  world.person = { ...world.person, role: "admin", max_upload_bytes: 100 * 2 ** 20 };
  world.settings = {
    ...world.settings,
    ai: {
      dialect: "anthropic",
      base_url: "https://api.anthropic.com",
      model: "claude-haiku",
      api_key: "****abcd",
      timeout_secs: 120,
      allow_private_hosts: false,
      price_in: null,
      price_out: null,
    },
    egress_line: "- {host: api.anthropic.com, port: 443}",
  };
  world.categories = [
    { id: newId(), name: "Workshop", colour: "#2c9f93", rules: [{ field: "sender", contains: "Hafen" }] },
    { id: newId(), name: "Taxes 2026", colour: "#e25a3a", rules: [] },
  ];
  for (let number = 0; number < MANY; number += 1) add(world, number);
  addOdd(world);
  return world;
}

function add(world: World, number: number): void {
  const [type, title, sender, amount] = KINDS[number % KINDS.length] ?? KINDS[0] ?? ["other", "", "", ""];
  const month = String((number % 12) + 1).padStart(2, "0");
  const categories = world.categories.filter((_, index) => (number + index) % 3 === 0);
  const document = aDocument(
    {
      name: `scan-${number}.pdf`,
      pages: (number % 7) + 1,
      categories: categories.map(({ id, name, colour }) => ({ id, name, colour })),
      ai: {
        status: "done",
        provider: "anthropic",
        model: "claude-haiku",
        input_tokens: 1800,
        output_tokens: 140,
        took_ms: 1900,
      },
    },
    {
      title: fact(title, "ai", 92),
      document_type: fact(type, "ai", 96),
      sender: fact(sender, number % 4 === 0 ? "e_invoice" : "rules", 74),
      date: fact(`2026-${month}-17`),
      language: fact("de", "rules", 99),
      total: amount === "" ? null : fact({ amount, currency: "EUR" }, "e_invoice", 100),
      iban: fact("DE89370400440532013000"),
      summary: fact(
        "Replacement of the charging station in the garage, payable within fourteen days.",
        "ai",
        88,
      ),
      tags: [fact("garage", "ai"), fact("charging", "ai")],
      suggested_categories: [fact("Workshop", "ai", 81), fact("Insurance", "ai", 64)],
    },
  );
  world.documents.push(document);
  world.texts.set(document.id, [`${title}\n${sender}\nThe fitters will need access from eight to four.`]);
  world.history.set(document.id, [
    {
      at: "2026-10-12T09:02:00Z",
      who: "Anna Petersen",
      what: "changed",
      field: "title",
      from: "Scan",
      to: title,
    },
    { at: "2026-10-12T09:00:00Z", who: null, what: "changed", field: "sender", to: sender, source: "ai" },
  ]);
}

function addOdd(world: World): void {
  const locked = aDocument({
    name: "payslip-locked.pdf",
    status: "failed",
    failure: { code: "password", reason: "needs a password" },
  });
  world.passwords.set(locked.id, "secret");
  world.documents.push(
    locked,
    aDocument({ name: "being-read.pdf", status: "extracting", pages: null }),
    aDocument({
      name: "waiting-with-a-very-long-name-that-does-not-fit-anywhere.pdf",
      status: "queued",
      pages: null,
      position: 3,
    }),
  );
}

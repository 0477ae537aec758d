//! What the words before an amount say of it. Folded.

use crate::classification::DocumentType;
use crate::classification::rules::fold::find_last;

/// What an amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What is to pay, or was paid.
    Total,
    /// The same without taxes.
    Net,
    /// A tax, a part, what is already paid: not what we look for.
    Part,
    /// Nothing names it.
    Unnamed,
}

/// Words that name the sum and nothing else.
#[rustfmt::skip]
const TOTAL: &[&str] = &["total due", "amount due", "balance due", "grand total", "amount payable", "total payable", "total to pay",
    "total amount due", "invoice total", "order total", "estimated total", "total including vat",
    "total incl. vat", "total now owing", "outstanding balance", "amount paid", "total paid", "total credit",
    "amount credited", "paid by card", "montant regle", "importe pagado", "total amount", "this bill", "total now due", "please pay", "amount owed", "now owing",
    "total owing", "total charges", "amount outstanding", "total (incl", "total inc", "total usd", "total eur",
    "total gbp", "rechnungsbetrag", "gesamtbetrag", "endbetrag", "endsumme", "gesamtsumme", "zu zahlen",
    "zu zahlender betrag", "zu zahlender beitrag", "zahlbetrag", "bruttobetrag", "rechnungssumme",
    "angebotssumme", "angebotssumme brutto", "summe brutto", "gutschriftbetrag", "gutschriftsbetrag",
    "erstattungsbetrag", "erstattung", "offener betrag", "gesamtforderung", "offene gebuhren", 
    "auftragswert", "bestellwert", "betrag dankend erhalten", "gesamt brutto", "gesamtpreis",
    "voraussichtliche kosten", "auftragssumme", "summe inkl", "neuer beitrag", "offene forderung", "zahllast",
    "total ttc", "net a payer", "montant ttc", "montant total", "total a payer", "a payer", "somme a regler",
    "montant a payer", "total exigible", "solde restant du", "montant de l'avoir", "montant du",
    "total general", "montant restant a payer", "montant ttc a payer",
    "total de la commande", "montant de la commande", "montant estime", "recu la somme de", "prime a payer",
    "montant de votre impot", "total ttc a payer", "solde du", "net a payer ttc",
    "total factura", "total a pagar", "importe a pagar", "importe total", "a pagar", "total presupuesto",
    "total pedido", "total abono", "importe abonado", "importe pendiente", "total adeudado",
    "importe del pedido", "importe a ingresar", "total importe factura", "totale fattura", "totale da pagare", "totale complessivo", "da pagare", "totaal te betalen", "te betalen", "totaal",
    "korrekturbetrag", "total amount you owe", "coste estimado", "la cantidad de",
    "prima total", "importe de la nueva prima", "total general", "liquido", "importe factura", "total eur",
    "totale iva compresa", "totale iva inclusa", "totale documento", "totale bolletta", "totale dovuto", "totale a vostro credito",
    "total iva incluido", "total pagado", "total a devolver", "total a percibir", "total deuda", "te voldoen",
    "totaal inclusief btw", "totaal incl", "net a votre credit", "la somme de", "total overdue", "past due balance",
    "total price", "preis gesamt", "summe inkl", "montant regle"];
/// What is left to pay when something was paid before: less than the sum, and what is asked for.
#[rustfmt::skip]
const LEFT: &[&str] = &["amount now due", "left to pay", "remaining to pay", "noch zu zahlen", "nachzuzahlender betrag", "nachzahlung",
    "restbetrag", "reste a payer", "restant a payer", "solde a payer", "resta da pagare", "saldo da pagare", "resto a pagar",
    "nog te betalen", "nog te voldoen"];
/// What names the sum only in documents of one kind.
const OF_BANK: &[&str] = &[
    "closing balance",
    "balance carried forward",
    "new balance",
    "ending balance",
    "neuer saldo",
    "neuer kontostand",
    "endsaldo",
    "nouveau solde",
    "solde final",
    "saldo actual",
    "saldo final",
    "saldo finale",
    "eindsaldo",
    "kontostand am",
    "balance at end",
    "nuevo saldo",
    "schlusssaldo",
    "solde au",
    "solde crediteur au",
    "solde debiteur au",
    "saldo finale al",
];
const OF_WAGES: &[&str] = &[
    "net pay",
    "take-home pay",
    "net wages",
    "auszahlungsbetrag",
    "nettoverdienst",
    "auszahlung",
    "uberweisung",
    "net a payer",
    "salaire net verse",
    "net paye",
    "salaire net",
    "liquido a percibir",
    "total neto",
    "liquido total a percibir",
    "netto-verdienst",
    "netto loon",
    "netto in busta",
    "net amount",
    "neto a percibir",
    "amount paid",
];
const OF_TICKETS: &[&str] = &["fare", "price", "total paid", "preis", "prix", "precio", "prezzo", "prijs"];
#[rustfmt::skip]
const OF_PAPERS: &[&str] = &["monthly rent is", "rent is", "salary is", "shall pay", "fee of", "price of", "annual premium",
    "renewal premium", "your renewal premium", "total tax", "we will repay", "premium", "tax due", "refund",
    "jahresbeitrag", "beitrag", "miete betragt", "miete betragt monatlich", "bruttogehalt betragt",
    "jahresbetrag", "vergutung", "vergutung von", "erstattung", "monatlich", "guthaben",
    "versicherungsteuer jahresbeitrag", "gesamtbeitrag", "betragt", "loyer mensuel est de", "est fixe a",
    "cotisation annuelle", "cotisation annuelle ttc", "prime", "montant de l'impot", "loyer", "remuneration",
    "renta mensual sera de", "asciende a", "cuota tributaria", "prima", "prima total anual", "renta",
    "cuota a pagar", "a devolver", "salario", "premio annuo", "premio lordo", "premio", "premie per jaar",
    "this year's premium", "importe total", "totale da versare", "totaal te betalen"];
/// A bare total, which a table may have several of.
const BARE: &[&str] = &[
    "total", "totals", "summe", "gesamt", "totale", "importe", "montant", "betrag", "amount", "sum",
    "brutto", "to pay", "balance",
];
#[rustfmt::skip]
const NET: &[&str] = &["subtotal", "sub-total", "sub total", "net", "net total", "net amount", "total net", "total excluding vat",
    "order subtotal", "total ex vat", "total excl. vat", "taxable amount", "amount before tax",
    "untaxed amount", "netto", "nettobetrag", "summe netto", "zwischensumme", "nettosumme", "gesamt netto",
    "angebotssumme netto", "gesamtbetrag netto", "netto gesamt", "warenwert", "total ht", "sous-total",
    "montant ht", "total hors taxes", "net ht", "total net ht", "total net", "base imponible", "subtotal",
    "importe neto", "total sin iva", "suma", "prima neta", "prime nette", "nettobeitrag", "net premium", "imponibile",
    "subtotaal"];
#[rustfmt::skip]
const PART: &[&str] = &["vat", "tax", "sales tax", "shipping", "discount", "deposit", "already paid", "cash", "change",
    "opening balance", "brought forward", "last year you paid", "gst", "tip", "rounding", "paye tax",
    "income tax", "federal income tax", "previous balance", "late fee", "unit price", "sum insured", "excess",
    "original amount", "personal allowance", "assessed value", "total vat", "total tax amount", "credit limit",
    "mwst", "umsatzsteuer", "ust", "versand", "rabatt", "skonto", "anzahlung", "bar", "ruckgeld", "gegeben",
    "alter kontostand", "alter saldo", "anfangssaldo", "abschlag", "abschlage", "bereits gezahlt",
    "bereits geleistete", "versicherungsteuer", "versicherungssumme", "lohnsteuer", "selbstbeteiligung",
    "mahngebuhr", "mahngebuhren", "neuer abschlag", "bisher", "steuerbetrag", "einzelpreis", "kaution",
    "deckungssumme", "tva", "remise", "frais de port", "acompte", "especes", "rendu", "ancien solde",
    "solde initial", "franchise", "total tva", "ancienne prime", "taxes", "deja effectue", "deja verse",
    "depot de garantie", "total des operations", "iva", "i.v.a.", "descuento", "portes", "anticipo", "efectivo",
    "cambio", "saldo anterior", "saldo inicial", "franquicia", "retencion", "retenciones", "prima anterior",
    "entregado", "cuota iva", "valor catastral", "irpf", "fianza", "total iva"];

/// What the nearest label before an amount says, and how much it weighs from 1 to 11. Of two that end together the
/// longer holds.
pub(super) fn of(before: &str, kind: DocumentType) -> Option<(Meaning, i32)> {
    let of_kind = match kind {
        DocumentType::BankStatement => OF_BANK,
        DocumentType::Payslip => OF_WAGES,
        DocumentType::Contract | DocumentType::Tax | DocumentType::Insurance => OF_PAPERS,
        DocumentType::Invoice
        | DocumentType::CreditNote
        | DocumentType::Receipt
        | DocumentType::Reminder
        | DocumentType::Quote
        | DocumentType::Order
        | DocumentType::DeliveryNote
        | DocumentType::UtilityBill
        | DocumentType::Medical
        | DocumentType::Certificate
        | DocumentType::Manual
        | DocumentType::Letter => &[],
        DocumentType::Other => OF_TICKETS,
    };
    // Because a balance is not a sum there, nor gross wages.
    // What is paid out is less than the net wages, by what goes elsewhere.
    let paid_out: &[&str] =
        if kind == DocumentType::Payslip { &["auszahlungsbetrag", "auszahlung", "net paye"] } else { &[] };
    // A reminder adds its fee to what was open: there the sum is above all its parts.
    let bare = if matches!(kind, DocumentType::BankStatement | DocumentType::Payslip) {
        1
    } else if kind == DocumentType::Reminder {
        9
    } else {
        5
    };
    [
        (Meaning::Total, 11, paid_out),
        (Meaning::Total, 10, of_kind),
        (Meaning::Total, 10, LEFT),
        (Meaning::Net, 6, NET),
        (Meaning::Part, 5, PART),
        (Meaning::Total, 9, TOTAL),
        (Meaning::Total, bare, BARE),
    ]
    .iter()
    .flat_map(|(meaning, weight, phrases)| phrases.iter().map(move |phrase| (*meaning, *weight, *phrase)))
    .filter_map(|(meaning, weight, phrase)| Some((find_last(before, phrase)?, meaning, weight)))
    // `incl. VAT` is no tax, but a sum with it.
    .filter(|(found, meaning, _)| *meaning != Meaning::Part || !is_inclusive(&before[..found.start]))
    .max_by_key(|(found, _, weight)| (found.end, found.end - found.start, *weight))
    .map(|(_, meaning, weight)| (meaning, weight))
}

fn is_inclusive(before: &str) -> bool {
    // `inkl. 19 % MwSt`
    let before = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '%' | ',' | '.'));
    ["incl", "inkl", "including", "inklusive", "with", "con", "y"].iter().any(|word| {
        before.trim_end().strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '(']))
    })
}

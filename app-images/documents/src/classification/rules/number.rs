//! The number that a sender gave a document, read after the words that announce one.

use std::sync::LazyLock;

use regex::Regex;

use super::fold::{find, fold, has_any};
use super::sheet::{Line, Sheet};
use super::{Fact, fact};
use crate::classification::DocumentType;

/// Announcements by kind, folded; the surest first.
#[rustfmt::skip]
const INVOICE: &[&str] = &["invoice number", "invoice no", "invoice #", "numero fattura", "n. fattura", "fattura elettronica", "factuurnr", "parcella n", "parcella",
    "honorarnote", "note d'honoraires", "liquidation", "bescheid-nr", "bescheidnummer", "invoice id", "invoice ref", "bill number",
    "bill reference", "bill no", "bill ref", "folio no", "folio number", "folio #", "rechnungsnummer",
    "rechnungs-nr", "rechnung nr", "factuurnummer", "fattura n", "bolletta n", "rechnungsnr", "rechnung-nr", "beleg-nr", "belegnummer", "numero de facture",
    "n° de facture", "facture n°", "facture no", "facture n", "facture numero", "numero de factura",
    "n.º de factura", "n.º factura", "nº factura", "n° factura", "factura n.º", "factura nº", "factura n°",
    "factura num", "factura no", "factura", "invoice", "rechnung", "facture", "fattura", "factuur", "document number", "beleg", "faktura nr", "fakturanr", "fakturanummer", "faktura vat nr", "fatura n.º", "fatura nº", "fatura n", "faktura",
    "declaratie", "kostenrechnung", "~rechnung", "~factuur", "folio"];
const CREDIT_NOTE: &[&str] = &[
    "credit number",
    "credit note number",
    "credit note no",
    "credit note",
    "memo #",
    "memo number",
    "credit memo",
    "rechnungskorrektur",
    "korrekturrechnung",
    "gutschrift-nr",
    "gutschriftsnummer",
    "gutschrift nr",
    "gutschrift",
    "stornorechnung",
    "avoir n°",
    "avoir n",
    "avoir",
    "nota de credito",
    "factura rectificativa",
    "abono",
    "adjustment note",
    "creditnota",
    "creditfactuur",
    "nota di credito",
    "nota di accredito",
    "nota credito",
    "note de credit",
    "belegnummer",
    "beleg-nr",
    "beleg",
];
#[rustfmt::skip]
const ORDER: &[&str] = &["po number", "po no", "booking number", "booking reference", "confirmation number", "reservation number",
    "ordernummer", "bestelnummer", "numero ordine", "ordine n", "buchungsnummer", "numero de reservation", "localizador", "order number", "order no", "order #", "purchase order", "order", "bestell-nr", "bestellnummer",
    "auftragsnummer", "ab-nummer", "auftrag", "bestellung", "n° de commande", "numero de commande",
    "commande n°", "commande n", "numero de pedido", "pedido n.º", "pedido nº", "pedido n", "pedido"];
#[rustfmt::skip]
const QUOTE: &[&str] = &["offertenummer", "offertenr", "proposal no", "proposal number", "kostenvoranschlag", "preventivo n", "preventivo",
    "offerte", "estimate", "quote ref", "quote number", "quote no", "quotation no", "quotation number", "estimate #", "estimate no",
    "quote", "angebotsnummer", "angebots-nr", "angebot nr", "kv-nr", "angebot", "devis n°", "devis no",
    "devis n", "devis", "presupuesto n.º", "presupuesto nº", "presupuesto n", "presupuesto", "oferta n",
    "quotation", "proposal", "cotizacion", "prijsopgave", "offre n°", "oferta", "offerta"];
const DELIVERY: &[&str] = &[
    "advice note",
    "d.d.t. n",
    "ddt n",
    "documento di trasporto n",
    "pakbonnummer",
    "pakbon",
    "delivery note no",
    "delivery note",
    "packing slip",
    "despatch note",
    "shipment",
    "lieferschein-nr",
    "lieferscheinnummer",
    "lieferschein",
    "bl n°",
    "bon de livraison",
    "expedition",
    "albaran n.º",
    "albaran nº",
    "albaran n",
    "albaran",
    "envio",
];
const RECEIPT: &[&str] = &[
    "receipt no",
    "receipt #",
    "receipt number",
    "receipt",
    "quittung nr",
    "quittung",
    "bon-nr",
    "bon",
    "recu n°",
    "recu n",
    "ticket",
    "booking reference",
    "recibo n.º",
    "recibo nº",
    "recibo n",
];
const POLICY: &[&str] = &[
    "policy number",
    "policy no",
    "policy",
    "versicherungsnummer",
    "versicherungsschein-nr",
    "vertrag",
    "vertragsnummer",
    "contrat n°",
    "police n°",
    "police",
    "poliza n.º",
    "poliza nº",
    "poliza n",
    "contrato",
];
/// Of journeys, events and notices, which have no other.
#[rustfmt::skip]
const BOOKING: &[&str] = &["booking reference", "booking ref", "booking number", "booking no", "reservation number", "reservation code",
    "confirmation number", "confirmation code", "record locator", "ticket number", "ticket no", "order number", "order no",
    "notice number", "pcn number", "claim number", "case number", "reference number", "buchungsnummer", "buchungscode",
    "reservierungsnummer", "auftragsnummer", "ticketnummer", "vorgangsnummer", "bestellnummer", "reference dossier",
    "numero de dossier", "numero de reservation", "n° de reservation", "numero de billet", "localizador",
    "numero de reserva", "codigo de reserva", "numero de billete", "codice prenotazione", "numero prenotazione",
    "boekingsnummer", "reserveringsnummer", "reserveringscode", "bescheid-nr", "bescheidnummer", "aktenzeichen", "order", "pedido", "commande", "bestellung"];
/// Of those who test and register.
#[rustfmt::skip]
const CERTIFICATE: &[&str] = &["certificate number", "certificate no", "certificate #", "certificate ref", "zertifikatsnummer", "zertifikat-nr",
    "zertifikat nr", "bescheinigungs-nr", "urkunden-nr", "numero de certificat", "certificat n°", "attestation n°",
    "numero de certificado", "certificado n.º", "certificado nº", "numero certificato", "certificato n", "attestato n",
    "certificaatnummer", "certificaatnr"];
/// Of offices that levy.
const TAX: &[&str] = &[
    "bescheid-nr",
    "bescheidnummer",
    "assessment number",
    "notice number",
    "bill number",
    "aanslagnummer",
    "reference de l'avis",
    "numero de l'avis",
    "numero avviso",
    "avviso n",
    "numero de liquidacion",
];
const ANY: &[&str] =
    &["number", "no", "nr", "nummer", "numero", "n°", "nº", "n.º", "reference", "referencia", "n."];

static VALUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[ .:#|]|numero|number|nummer|nr\.?|no\.?|n°|nº|n\.º|num\.?)*((?:[a-z]{1,6}[-/.]){0,3}[-/.]?[a-z0-9]*[0-9][a-z0-9/._-]*)").expect("the pattern is fixed")
});
/// Letters that a sender puts before its numbers, with a space between: `BL 118-2507`.
static LETTERED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ .:#]*(?:n[°º]|n\.º|nr\.?|no\.?)?[ .:]*([a-z]{1,3} (?:\d{1,4}(?: \d{3,4}){1,3}\b|\d[a-z0-9/._-]*))")
        .expect("the pattern is fixed")
});
/// Groups of digits with spaces between them, up to the end of the line or to a word.
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ .:#]*(\d{1,4}(?: \d{3,4}){1,4})(?:$| [a-z])").expect("the pattern is fixed")
});
const DATES: &[&str] = &["date", "datum", "fecha", "data"];
static DATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\d{1,4}[./-]\d{1,2}[./-]\d{2,4}$").expect("the pattern is fixed"));

pub(super) fn of(sheet: &Sheet, kind: DocumentType) -> Option<Fact<String>> {
    let lines: Vec<&Line> = sheet.lines.iter().take(80).collect();
    let announcements = announcements(kind)?;
    announcements
        .iter()
        .filter(|phrase| sheet.may_have(phrase))
        .find_map(|phrase| {
            let mut found = lines.iter().enumerate().filter_map(|(index, line)| {
                let at = find(&line.folded, phrase)?;
                // The date of an invoice is not its number, nor is that of the invoice it refers to.
                let named = line.folded[at.start..].split(|c: char| c.is_ascii_digit()).next();
                let other = named.is_some_and(|words| has_any(words, DATES));
                let sure = !other || phrase.len() > 8;
                // `Auftrag Nr. Datum` heads a table whose first column is the number.
                let heads = at.start == 0 && !names_a_date(line.folded[at.end..].trim_start());
                (phrase.len() > 8)
                    .then(|| spaced(line, at.end))
                    .flatten()
                    .or_else(|| after(line, at.end).filter(|_| sure))
                    .or_else(|| below(line, at.end, lines.get(index + 1)?).filter(|_| sure || heads))
                    .or_else(|| in_column(line, at.end, &lines[index + 1..]).filter(|_| sure))
            });
            found.next()
        })
        .map(|number| fact(number, 80))
        .or_else(|| near_heading(sheet, kind, &lines).map(|number| fact(number, 50)))
}

/// What stands behind a bare `N°` in the heading or near below it, whatever stands beside that in the line.
fn near_heading(sheet: &Sheet, kind: DocumentType, lines: &[&Line]) -> Option<String> {
    let heading = super::kind::heading(sheet, kind)?;
    let first = lines.iter().position(|line| std::ptr::eq(*line, heading))?;
    let near = lines.iter().enumerate().skip(first).take(10);
    let parts = |line: &Line| {
        let cells = line.cells().filter(|_| !line.gaps.is_empty());
        std::iter::once(line.text.as_str()).chain(cells).map(|text| line.part(text)).collect::<Vec<_>>()
    };
    near.flat_map(|(index, line)| parts(line).into_iter().map(move |part| (index, part)))
        .filter(|(_, part)| part.word_count() <= 6)
        .find_map(|(index, part)| {
            ANY.iter().find_map(|phrase| {
                let at = find(&part.folded, phrase)?;
                let heads = at.start == 0 && part.word_count() > 1;
                spaced(&part, at.end)
                    .or_else(|| after(&part, at.end))
                    .or_else(|| below(&part, at.end, lines.get(index + 1)?).filter(|_| heads))
            })
        })
}

fn names_a_date(folded: &str) -> bool {
    DATES.iter().any(|word| folded.starts_with(word))
}

fn announcements(kind: DocumentType) -> Option<&'static [&'static str]> {
    match kind {
        DocumentType::Invoice
        | DocumentType::UtilityBill
        | DocumentType::Reminder
        | DocumentType::Medical => Some(INVOICE),
        DocumentType::CreditNote => Some(CREDIT_NOTE),
        DocumentType::Order => Some(ORDER),
        DocumentType::Quote => Some(QUOTE),
        DocumentType::DeliveryNote => Some(DELIVERY),
        DocumentType::Receipt => Some(RECEIPT),
        DocumentType::Insurance => Some(POLICY),
        DocumentType::Tax => Some(TAX),
        DocumentType::Certificate => Some(CERTIFICATE),
        DocumentType::Letter | DocumentType::Other => Some(BOOKING),
        DocumentType::Contract
        | DocumentType::BankStatement
        | DocumentType::Payslip
        | DocumentType::Manual => None,
    }
}

/// The number that follows in the same line.
fn after(line: &Line, end: usize) -> Option<String> {
    let rest = &line.folded[end..];
    let lettered = LETTERED.captures(rest).and_then(|found| number(line, found.get(1)?.as_str()));
    // `du 12` is no number, and `BL 12` is one.
    let lettered = lettered.filter(|number| number.starts_with(|c: char| c.is_ascii_uppercase()));
    lettered.or_else(|| number(line, VALUE.captures(rest)?.get(1)?.as_str()))
}

/// The number in groups that follows in the same line.
fn spaced(line: &Line, end: usize) -> Option<String> {
    let captures = SPACED.captures(&line.folded[end..])?;
    number(line, captures.get(1)?.as_str())
}

/// The number at the start of the next line, or of its column there, under an announcement that ends its own or heads a table.
fn below(line: &Line, end: usize, next: &Line) -> Option<String> {
    let rest = line.folded[end..].trim_matches([' ', ':', '.']);
    let column = column(line, end);
    let under = if line.gaps.len() == next.gaps.len() { next.cells().nth(column).map(fold) } else { None };
    let captures = VALUE.captures(under.as_deref().unwrap_or(&next.folded))?;
    (!line.has_digit() && (rest.is_empty() || line.word_count() <= 10))
        .then(|| number(next, captures.get(1)?.as_str()))
        .flatten()
}

/// In which column of its line an announcement ends. Folding keeps the number of letters, but for a few.
fn column(line: &Line, end: usize) -> usize {
    let letters = line.folded[..end].chars().count();
    line.gaps.iter().filter(|gap| line.text[..**gap].chars().count() < letters).count()
}

/// The first number alone in its line, where a column of labels stands before one of values.
fn in_column(line: &Line, end: usize, next: &[&Line]) -> Option<String> {
    let is_label = !line.has_digit() && line.folded[end..].trim_matches([' ', ':', '.']).is_empty();
    let mut near = next.iter().take(7).filter(|line| line.word_count() == 1);
    is_label
        .then(|| near.find_map(|line| number(line, VALUE.captures(&line.folded)?.get(1)?.as_str())))
        .flatten()
}

/// As it stands in the document, in its own case.
fn number(line: &Line, folded: &str) -> Option<String> {
    let folded = folded.trim_matches(['.', ' ', '-', '/', ',']);
    let digits = folded.bytes().filter(u8::is_ascii_digit).count();
    // Codes of bookings are short and have letters: `QX7K4T`.
    let code =
        digits > 0 && (5..=8).contains(&folded.len()) && folded.bytes().any(|b| b.is_ascii_alphabetic());
    // Those who write few count them: `18/A`.
    let counted = digits > 0 && folded.contains('/') && folded.ends_with(|c: char| c.is_ascii_alphabetic());
    if !((3..=20).contains(&digits) || code || counted) || DATE.is_match(folded) {
        return None;
    }
    let start = line.text.to_ascii_lowercase().find(folded)?;
    // What goes on with cents is an amount.
    let is_amount = line.text[start..].get(folded.len()..).is_some_and(|rest| rest.starts_with(','));
    line.text.get(start..start + folded.len()).filter(|_| !is_amount).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::{Readable, classify};

    #[test]
    fn the_number_is_the_papers_own_however_it_is_grouped_and_whatever_stands_beside_it() {
        let today = jiff::civil::date(2026, 11, 1);
        for (text, number) in [
            ("LIEFERSCHEIN 4 118 207\nKd-Nr 22017", "4 118 207"),
            ("BON DE LIVRAISON BL 118 447 du 11/02/2025", "BL 118 447"),
            ("Facture KVX-BE-0118447\nTVA 21 %", "KVX-BE-0118447"),
            ("Hafenkontor Brede\tSammelrechnung\nKai 3, 20777 Hamhude\tNr. 9-2511-30418", "9-2511-30418"),
            ("Factura: T-250918-031 Fecha: 18/09/2025\nRegistro mercantil, folio 220", "T-250918-031"),
            ("Verkoopfactuur VF25-02290\nBtw 21%", "VF25-02290"),
            ("CERTIFICATE OF CALIBRATION\nCertificate number MC-24-03300", "MC-24-03300"),
        ] {
            let found = classify(&Readable { pages: &[text], file_name: "x.pdf", title: None, today });
            assert_eq!(found.number.map(|fact| fact.value).as_deref(), Some(number), "{text}");
        }
    }
}

//! Words to find a document by: its kind in its own language, and the subjects that its text names.

use super::fold::find;
use super::sheet::Sheet;
use super::{Fact, fact};
use crate::classification::{Classification, DocumentType};

/// A subject: its tag in the four languages, and the words that tell it, folded.
struct Subject {
    tags: [&'static str; 4],
    words: &'static [&'static str],
}

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "es"];
/// More tags than these help nobody.
const MOST: usize = 6;

#[rustfmt::skip]
const SUBJECTS: [Subject; 16] = [Subject { tags: ["electricity", "strom", "électricité", "electricidad"], words: &["electricity", "strom",
    "~strom", "stromrechnung", "electricite", "electricidad", "kwh"], }, Subject { tags: ["water", "wasser",
    "eau", "agua"], words: &["water", "trinkwasser", "abwasser", "eau potable", "eaux usees", "agua",
    "wastewater"], }, Subject { tags: ["gas", "gas", "gaz", "gas"], words: &["gas bill", "erdgas", "facture de
    gaz", "gaz", "factura de gas"], }, Subject { tags: ["rent", "miete", "loyer", "alquiler"], words: &["rent",
    "lease", "miete", "mietvertrag", "loyer", "alquiler", "arrendamiento", "tenancy"], }, Subject { tags:
    ["home", "haus", "maison", "casa"], words: &["apartment", "wohnung", "logement", "vivienda", "household",
    "hausrat~", "home insurance", "boiler", "plumbing", "garage", "einbauschrank", "kitchen"], }, Subject {
    tags: ["car", "auto", "voiture", "coche"], words: &["vehicle", "car insurance", "motor", "fahrzeug", "kfz",
    "kfz-police", "pkw", "automobile", "coche", "automovil", "voiture", "vollkasko"], }, Subject { tags:
    ["phone", "telefon", "téléphone", "teléfono"], words: &["mobile plan", "broadband", "mobilfunk",
    "telefonrechnung", "forfait mobile", "telefonia", "internet access"], }, Subject { tags: ["bank", "bank",
    "banque", "banco"], words: &["account statement", "opening balance", "kontoauszug", "girokonto", "releve de
    compte", "extracto de cuenta", "closing balance"], }, Subject { tags: ["insurance", "versicherung",
    "assurance", "seguro"], words: &["insurance", "~versicherung", "versicherung", "versicherungsschein",
    "assurance", "seguro", "policyholder"], }, Subject { tags: ["tax", "steuer", "impôts", "impuestos"], words:
    &["tax year", "income tax return", "einkommensteuer", "~steuerbescheid", "finanzamt", "impot", "impots",
    "impuesto", "tax assessment"], }, Subject { tags: ["health", "gesundheit", "santé", "salud"], words:
    &["patient", "diagnosis", "diagnose", "befund", "diagnostic", "paciente", "diagnostico", "blood pressure"],
    }, Subject { tags: ["work", "arbeit", "travail", "trabajo"], words: &["employer", "employee", "arbeitgeber",
    "arbeitnehmer", "salarie", "employeur", "trabajador", "salary", "gehalt", "lohnsteuer", "nomina"], },
    Subject { tags: ["travel", "reise", "voyage", "viaje"], words: &["flight", "hotel booking", "boarding pass",
    "flug", "bahnfahrt", "hotelbuchung", "vol", "vuelo", "train ticket", "itinerary"], }, Subject { tags:
    ["course", "kurs", "formation", "curso"], words: &["course", "lehrgang", "kurs", "formation", "curso",
    "training course", "has completed"], }, Subject { tags: ["food", "essen", "repas", "comida"], words:
    &["restaurant", "cafe", "bakery", "backerei", "boulangerie", "panaderia", "coffee", "flat white",
    "supermarkt", "supermercado"], }, Subject { tags: ["waste", "abfall", "déchets", "residuos"], words:
    &["refuse collection", "recycling", "mullabfuhr", "abfall", "dechets", "residuos", "restmull"], }];

pub(super) fn of(sheet: &Sheet, found: &Classification) -> Vec<Fact<String>> {
    let language = LANGUAGES.iter().position(|code| sheet.is_in(code)).unwrap_or(0);
    let mut tags: Vec<Fact<String>> = Vec::new();
    if let Some(kind) = &found.document_type {
        tags.extend(
            name(kind.value, language).map(|name| fact(name.to_owned(), kind.confidence.as_percent())),
        );
    }
    for subject in &SUBJECTS {
        let told = subject
            .words
            .iter()
            .any(|word| sheet.may_have(word) && sheet.early().any(|line| find(&line.folded, word).is_some()));
        let tag = subject.tags[language];
        if told && tags.len() < MOST && tags.iter().all(|known| known.value != tag) {
            tags.push(fact(tag.to_owned(), 55));
        }
    }
    tags
}

/// What the kind is called, lower case.
fn name(kind: DocumentType, language: usize) -> Option<&'static str> {
    let names = match kind {
        DocumentType::Invoice => ["invoice", "rechnung", "facture", "factura"],
        DocumentType::CreditNote => ["credit note", "gutschrift", "avoir", "abono"],
        DocumentType::Receipt => ["receipt", "quittung", "reçu", "recibo"],
        DocumentType::Reminder => ["reminder", "mahnung", "relance", "recordatorio"],
        DocumentType::Quote => ["quote", "angebot", "devis", "presupuesto"],
        DocumentType::Order => ["order", "bestellung", "commande", "pedido"],
        DocumentType::DeliveryNote => ["delivery note", "lieferschein", "bon de livraison", "albarán"],
        DocumentType::Contract => ["contract", "vertrag", "contrat", "contrato"],
        DocumentType::BankStatement => ["statement", "kontoauszug", "relevé", "extracto"],
        DocumentType::Payslip => ["payslip", "gehaltsabrechnung", "bulletin de paie", "nómina"],
        DocumentType::Tax => ["tax", "steuer", "impôts", "impuestos"],
        DocumentType::Insurance => ["insurance", "versicherung", "assurance", "seguro"],
        DocumentType::UtilityBill => {
            ["utility bill", "verbrauchsrechnung", "facture d'énergie", "suministros"]
        }
        DocumentType::Medical => ["medical", "arzt", "médical", "médico"],
        DocumentType::Certificate => ["certificate", "zeugnis", "attestation", "certificado"],
        DocumentType::Manual => ["manual", "anleitung", "notice", "manual"],
        DocumentType::Letter => ["letter", "brief", "lettre", "carta"],
        DocumentType::Other => return None,
    };
    Some(names[language])
}

//! The words that announce a sender or a recipient.

use super::super::fold::{find, fold, has_any, stands_at};
use super::super::sheet::Line;
use super::names::Name;
use super::pieces;

/// Captions of what the recipient's address follows. Folded.
#[rustfmt::skip]
const TO: &[&str] = &["bill to", "billed to", "ship to", "sold to", "invoice to", "customer", "client", "deliver to", "recipient",
    "prepared for", "buyer", "to", "attn", "attention", "invoice address", "credit to", "an", "empfanger",
    "rechnung an", "lieferanschrift", "rechnungsanschrift", "rechnungsadresse", "rechnungsempfanger", "kunde",
    "lieferadresse", "kaufer", "zu handen", "z. hd.", "auftraggeber", "firma", "destinataire", "adresse a",
    "facture a", "adresse de livraison", "adresse de facturation", "acheteur", "a l'attention de", "livre a",
    "doit", "cliente", "facturar a", "destinatario", "enviar a", "direccion de facturacion",
    "a la atencion de", "datos del cliente", "comprador", "titular", "spett.le", "spettabile", "egr. sig.",
    "aan", "t.a.v.", "factuuradres", "afleveradres", "klant",
    "employee", "arbeitnehmer", "mitarbeiter", "salarie", "trabajador", "dipendente", "werknemer", "patient",
    "passenger", "guest", "attendee", "reisende", "passager", "pasajero", "tenant", "mieter", "locataire",
    "invoice for", "invoiced to", "bill-to", "ship-to", "billing address", "billing details", "shipping address",
    "delivery address", "delivered to", "consignee", "policyholder", "policy holder", "insured", "the insured",
    "versicherungsnehmer", "versicherungsnehmerin", "versicherte person", "assure", "souscripteur", "tomador",
    "tomador del seguro", "asegurado", "contraente", "assicurato", "verzekeringnemer", "verzekerde", "student",
    "pupil", "member", "mitglied", "subscriber", "taxpayer", "contribuyente", "contribuable", "cardholder",
    "traveller", "traveler", "traveller name", "passenger name", "guest name", "patient name", "customer name",
    "employee name", "student name", "gast", "ospite", "huesped", "purchaser", "besteller", "leistungsempfanger",
    "rechnung fur", "facturer a", "livrer a", "expedie a", "lieu de livraison", "facturado a", "datos de facturacion",
    "intestatario", "cessionario", "cessionario/committente", "fatturare a", "spedire a", "geleverd aan",
    "factuur aan", "verzonden aan", "debiteur", "debitor", "huurder", "reiziger", "viaggiatore", "passeggero",
    "conduttore", "inquilino", "arrendatario", "lessee", "debtor", "versand an", "lieferung an", "entrega a",
    "direccion de envio", "direccion de entrega", "adresse du client", "titulaire", "titulaire du contrat",
    "titular del contrato", "acquirente", "spett.", "kopare", "kund", "mottagare", "nabywca", "odbiorca",
    "adquirente", "faturar a", "schuler", "schulerin", "studierende", "teilnehmer", "teilnehmerin", "participant",
    "participante", "para", "pour", "voor", "owner of record", "registered keeper", "the registered keeper",
    "licensee", "responsible party", "intestato a", "titular del vehiculo", "viajero", "abonne", "zahlbar durch",
    "name und anschrift des zuwendenden", "destinatari", "eigentumer", "eigentumerin", "halter", "besitzer", "owner", "propietario", "proprietaire",
    "proprietario", "eigenaar", "debitore", "certificate holder", "additional insured", "loss payee", "prospect", "bestemd voor", "geadresseerde"];
/// Captions of a recipient that need no colon, because nothing else begins with them: `Spett.le Edilizia Po`.
#[rustfmt::skip]
const ADDRESSED: &[&str] = &["spett.le", "spett.", "spettabile", "egr.", "egr. sig.", "egregio", "gent.", "gent.ma", "gent.mo", "gent. sig.ra",
    "a l'attention de", "a l'attention du", "a la atencion de", "all'attenzione di", "alla cortese attenzione", "attn", "attn.",
    "attention", "t.a.v.", "ter attentie van", "z. hd.", "z.hd.", "zu handen", "zu hd.", "an die", "an den", "an das",
    "an alle", "aan de", "aan het", "aux parents", "a las familias", "invoice to", "bill to", "deliver to", "ship to", "livre a",
    "the directors", "the director", "the manager", "the treasurer", "the secretary", "the occupier", "the owner", "accounts payable",
    "geschaftsleitung", "geschaftsfuhrung", "personalabteilung", "a l'attention", "monsieur le maire", "madame la maire",
    "monsieur le directeur", "madame la directrice", "madame la gerante", "monsieur le gerant", "egregi signori"];
/// Captions of the sender's own name.
#[rustfmt::skip]
const FROM: &[&str] = &["from", "seller", "vendor", "supplier", "employer", "issued by", "sold by", "provider", "landlord", "company",
    "merchant", "remit to", "payable to", "issuer", "insurer", "lessor", "published by", "manufacturer",
    "absender", "von", "verkaufer", "lieferant", "arbeitgeber", "aussteller", "vermieter", "auftragnehmer",
    "rechnungssteller", "hersteller", "zahlungsempfanger", "kontoinhaber", "versicherer", "firma",
    "leistungserbringer", "de", "vendeur", "fournisseur", "employeur", "emetteur", "expediteur", "bailleur",
    "prestataire", "assureur", "fabricant", "emis par", "emisor", "vendedor", "proveedor", "empresa",
    "remitente", "arrendador", "emitido por", "aseguradora", "prestador", "fabricante", "expedido por",
    "mittente", "fornitore", "datore di lavoro", "cedente", "afzender", "leverancier", "werkgever", "verhuurder",
    "biller", "payee", "beneficiary", "invoice from", "billed from", "bill from", "ship from", "shipped from",
    "trader", "practice", "institution", "issuing authority", "issuing body", "issuing office", "organiser",
    "organizer", "veranstalter", "betreiber", "anbieter", "versender", "unternehmen", "ausstellende behorde",
    "ausstellende stelle", "behorde", "schule", "praxis", "arztpraxis", "lieferer", "organisateur", "organisme",
    "etablissement", "organisme de formation", "societe", "entreprise", "beneficiaire", "a l'ordre de", "organizador",
    "entidad", "expedidor", "establecimiento", "beneficiario", "beneficiario del pago", "azienda", "ente",
    "organizzatore", "emittente", "prestatore", "cedente/prestatore", "cedente / prestatore", "locatore", "bedrijf",
    "organisator", "begunstigde", "rekeninghouder", "t.n.v.", "ten name van", "afgegeven door", "fornecedor",
    "emitente", "entidade patronal", "sprzedawca", "wystawca", "pracodawca", "saljare", "arbetsgivare", "leverantor",
    "saelger", "arbejdsgiver", "begunstigter", "zahlungsempfanger/in", "zahlbar an", "make payable to", "pay to",
    "cheques payable to", "checks payable to", "make checks payable to", "make cheques payable to", "creditor",
    "glaubiger", "creancier", "acreedor", "creditore", "issued for and on behalf of", "employer name",
    "name of employer", "company name", "supplier name", "vendor name", "seller name", "school", "college",
    "name of institution", "facility", "clinic", "garantiegeber", "verleiher", "lizenzgeber", "verkauf durch",
    "verkauft von", "ausgestellt von", "van", "da", "vendu par", "vendido por", "venduto da", "verkocht door"];
/// Of these, captions of who employs somebody: of a payslip and a contract of work the sender, and else not.
const EMPLOYERS: &[&str] =
    &["employer", "arbeitgeber", "employeur", "empresa", "datore di lavoro", "werkgever", "company"];
/// Of these, those that stand alone above a name: `from` or `company` alone may head a column of anything.
#[rustfmt::skip]
const FROM_ALONE: &[&str] = &["from", "seller", "vendor", "supplier", "employer", "issued by", "sold by", "insurer", "remit to", "payable to",
    "absender", "verkaufer", "lieferant", "arbeitgeber", "aussteller", "rechnungssteller", "auftragnehmer",
    "vendeur", "fournisseur", "employeur", "emetteur", "expediteur", "prestataire", "assureur", "emisor",
    "vendedor", "proveedor", "empresa", "remitente", "mittente", "fornitore", "cedente", "afzender",
    "leverancier", "werkgever",
    "biller", "payee", "beneficiary", "invoice from", "bill from", "billed from", "issuing authority", "issuing body",
    "organiser", "organizer", "veranstalter", "anbieter", "beneficiaire", "a l'ordre de", "cedente/prestatore",
    "cedente / prestatore", "datore di lavoro", "verkoper", "make payable to", "pay to", "cheques payable to",
    "checks payable to", "make checks payable to", "make cheques payable to", "creditor", "fornecedor", "sprzedawca",
    "saljare", "arbetsgivare", "employer name", "name of employer", "landlord", "vermieter", "bailleur", "arrendador",
    "locatore", "verhuurder", "versicherer", "aseguradora"];
/// What a party of a contract that offers something is called beside its name.
#[rustfmt::skip]
const OFFERS: &[&str] = &["landlord", "the lessor", "licensor", "the employer", "the seller", "the supplier", "vermieter", "vermieterin",
    "verpachter", "verpachterin", "arbeitgeber", "arbeitgeberin", "auftragnehmer", "auftragnehmerin", "verkaufer",
    "verkauferin", "bailleur", "le bailleur", "l'employeur", "le prestataire", "le vendeur", "arrendador",
    "la arrendadora", "el vendedor", "locatore", "verhuurder"];
/// Captions of who is to deliver what is ordered.
const SUPPLIERS: &[&str] = &[
    "supplier",
    "vendor",
    "seller",
    "lieferant",
    "fournisseur",
    "proveedor",
    "fornitore",
    "leverancier",
    "fornecedor",
    "dostawca",
];
/// What follows the start of a journey.
const JOURNEY: &[&str] =
    &["to:", "to ", "nach:", "nach ", "vers", "destination", "a:", "hasta", "hacia", "naar"];
/// What a form calls the name of a party.
const NAMES: &[&str] = &[
    "name",
    "firma",
    "company",
    "nom",
    "raison sociale",
    "nombre",
    "razon social",
    "ragione sociale",
    "denominazione",
    "naam",
    "bedrijf",
];
/// Behind these stands who acts for a party.
const ACTING: &[&str] =
    &["represente par", "representee par", "represented by", "vertreten durch", "representada por"];

/// Whether a line names who is asked to deliver, as an order does: who orders is its sender.
pub(super) fn is_of_supplier(line: &Line) -> bool {
    let label = line.folded.split_once(':').map_or(line.folded.as_str(), |(label, _)| label).trim();
    SUPPLIERS.contains(&label)
}

/// Whether a line names who employs the person whom the paper is about.
pub(super) fn is_of_employer(line: &Line) -> bool {
    line.folded.split_once(':').is_some_and(|(label, _)| EMPLOYERS.contains(&label.trim()))
}

pub(super) fn is_caption(line: &Line) -> bool {
    // `Owner of record January 1, 2024: …`: what else the caption says stands before the colon.
    let label = line.folded.split_once(':').map_or(line.folded.as_str(), |(label, _)| label).trim();
    TO.contains(&label) || (line.text.contains(':') && extends(label)) || addressed(&line.folded).is_some()
}

/// Whether a label of some words begins with a caption of some words: one word begins too many labels.
fn extends(label: &str) -> bool {
    label.split(' ').count() <= 8
        && TO.iter().any(|caption| caption.contains(' ') && stands_at(label, caption))
}

/// Where the name begins behind a caption without a colon.
fn addressed(folded: &str) -> Option<usize> {
    ADDRESSED.iter().filter(|caption| stands_at(folded, caption)).map(|caption| caption.len()).max()
}

/// The text behind a recipient's caption, or the whole text.
pub(super) fn behind(text: &str) -> &str {
    let folded = fold(text);
    match (text.split_once(':'), addressed(&folded)) {
        (Some((label, rest)), _) if TO.contains(&fold(label).trim()) || extends(fold(label).trim()) => rest,
        // Offsets hold only where folding changed no lengths before them; else nothing is cut off.
        (_, Some(end)) if folded.len() > end => {
            text.char_indices().nth(folded[..end].chars().count()).map_or(text, |(at, _)| &text[at..])
        }
        (Some(_) | None, _) => text,
    }
}

/// Whether a text is one of the captions, of a sender or a recipient. Folded.
pub(super) fn is_label(folded: &str) -> bool {
    TO.contains(&folded) || FROM.contains(&folded)
}

/// Whether a line is the caption of a sender and nothing else.
pub(super) fn is_of_sender(line: &Line) -> bool {
    FROM_ALONE.contains(&line.folded.trim_end_matches([':', ' ']))
}

/// Whether there is nothing but captions: `Vermieterin Mieterin`, below the lines on which both sign. Folded.
pub(super) fn is_of_captions(folded: &str) -> bool {
    const ARTICLES: &[&str] = &["the", "der", "die", "le", "la", "el", "il", "de", "het"];
    let mut words = folded.split([' ', '/']).filter(|word| !ARTICLES.contains(word)).peekable();
    words.peek().is_some() && words.all(|word| is_label(word) || OFFERS.contains(&word))
}

pub(super) fn is_bare(folded: &str) -> bool {
    TO.contains(&folded)
}

/// The name behind a caption: `Employer: …`, in the line or below it.
pub(super) fn labelled(page: &[Line], index: usize) -> Option<Name> {
    let line = &page[index];
    // `From: Leeds`, `To: York`: a journey; but a mail has addresses there.
    let goes_to =
        |next: &Line| next.text.contains(':') && JOURNEY.iter().any(|word| next.folded.starts_with(word));
    if line.text.contains(':') && !line.text.contains('@') && page.get(index + 1).is_some_and(goes_to) {
        return None;
    }
    let name = match line.text.split_once(':') {
        Some((label, rest)) if FROM.contains(&fold(label).trim()) => rest,
        None if FROM_ALONE.contains(&line.folded.trim()) => "",
        Some(_) | None => return None,
    };
    // What stands higher is the next column's.
    let below = page.get(index + 1..(index + 5).min(page.len())).unwrap_or_default();
    let below = &below[..below.iter().take_while(|next| next.above > line.above).count()];
    // `From: Somebody <somebody@…>` heads a mail that was printed.
    let name = name.split('<').next().unwrap_or(name);
    let name = match name.trim() {
        "" => below.iter().find_map(own_name).unwrap_or(below.first()?.text.as_str()),
        name => name,
    };
    Name::of(pieces::of(name).first()?)
}

/// `Name: …`, as one of the lines that a form has of each party.
fn own_name(line: &Line) -> Option<&str> {
    let (label, name) = line.text.split_once(':')?;
    NAMES.contains(&fold(label).trim()).then_some(name.trim()).filter(|name| !name.is_empty())
}

/// The name of who offers what a contract is about: `Greystoke LLP (the Landlord)`, or who acts for them.
pub(super) fn offering(line: &Line) -> Option<Name> {
    let offers = has_any(&line.folded, OFFERS);
    let acting = ACTING.iter().find_map(|word| find(&line.folded, word)).filter(|_| offers);
    match acting {
        // Folding keeps the number of letters, not that of bytes.
        Some(at) => {
            let (start, _) = line.text.char_indices().nth(line.folded[..at.end].chars().count())?;
            Name::of(pieces::of(&line.text[start..]).first()?)
        }
        None => None,
    }
}

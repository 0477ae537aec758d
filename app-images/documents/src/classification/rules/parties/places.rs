//! Where senders and recipients stand on a page.

use super::super::fold::{find, has_any};
use super::super::sheet::Line;
use super::has_letters;
use super::names::Name;

/// Captions of what the recipient's address follows. Folded.
#[rustfmt::skip]
const TO: &[&str] = &["bill to", "billed to", "ship to", "sold to", "invoice to", "customer", "client", "deliver to", "recipient",
    "prepared for", "buyer", "to:", "attn", "attention", "invoice address", "an", "an:", "empfanger",
    "rechnung an", "lieferanschrift", "rechnungsanschrift", "rechnungsadresse", "rechnungsempfanger", "kunde",
    "lieferadresse", "kaufer", "zu handen", "z. hd.", "auftraggeber", "destinataire", "adresse a", "client",
    "facture a", "adresse de livraison", "adresse de facturation", "acheteur", "a l'attention de", "livre a",
    "cliente", "facturar a", "destinatario", "enviar a", "direccion de facturacion", "a la atencion de",
    "datos del cliente", "comprador"];
/// Captions of the sender's own name.
#[rustfmt::skip]
const FROM: &[&str] = &["from", "seller", "vendor", "supplier", "employer", "issued by", "sold by", "provider", "landlord", "company",
    "merchant", "remit to", "payable to", "issuer", "insurer", "lessor", "published by", "manufacturer",
    "absender", "von", "verkaufer", "lieferant", "arbeitgeber", "aussteller", "vermieter", "auftragnehmer",
    "rechnungssteller", "hersteller", "zahlungsempfanger", "kontoinhaber", "versicherer", "firma",
    "leistungserbringer", "de", "vendeur", "fournisseur", "employeur", "emetteur", "expediteur", "bailleur",
    "prestataire", "assureur", "fabricant", "emis par", "emisor", "vendedor", "proveedor", "empresa",
    "remitente", "arrendador", "emitido por", "aseguradora", "prestador", "fabricante", "expedido por"];
/// Closing words, under which the sender signs.
#[rustfmt::skip]
const CLOSINGS: &[&str] = &["yours faithfully", "yours sincerely", "sincerely", "kind regards", "best regards", "regards", "best wishes",
    "signed for", "on behalf of", "mit freundlichen grussen", "freundliche grusse", "mit freundlichem gruss",
    "mit kollegialen grussen", "herzliche grusse", "im auftrag", "cordialement", "salutations distinguees",
    "bien cordialement", "atentamente", "un cordial saludo", "saludos cordiales", "hochachtungsvoll"];
/// Words between which the first party of a contract stands, and those after it.
const BETWEEN: &[&str] = &[
    "by and between",
    "between",
    "zwischen",
    "entre les soussignes",
    "entre",
    "reunidos",
    "de una parte",
    "entre la empresa",
];
const AND: &[&str] = &[
    " and ",
    " und ",
    " et ",
    " y ",
    " (",
    ", bailleur",
    ", employeur",
    ", en adelante",
    ", hereinafter",
    ", nachfolgend",
    ", as ",
    ", ci-apres",
    ", represente",
    ", vertreten",
    " - nachfolgend",
    " as ",
    ", d'une part",
    ", con ",
];
/// What stands beside the names of those who speak, in feet.
#[rustfmt::skip]
const REGISTERS: &[&str] = &["amtsgericht", "hrb", "ust-idnr", "ust-id", "registered in", "registered office", "company no", "vat reg",
    "rcs", "siret", "siren", "registro mercantil", "cif", "nif", "iban", "bic", "geschaftsfuhrer", "vorstand",
    "tva", "abn", "ein"];

/// The lines that are addressed to somebody: those after a caption, up to the post code, and those of a person's address.
pub(super) fn addressed(page: &[Line]) -> Vec<usize> {
    let mut found = Vec::new();
    for (index, line) in page.iter().enumerate().filter(|(_, line)| line.above < 40) {
        if is_caption(line) {
            found.push(index);
            let alone = line.text.trim_end().ends_with(':') || line.word_count() <= 2;
            let below = (index + 1..page.len()).take(if alone { 5 } else { 3 });
            found.extend(below.take_while(|at| {
                let first = alone && *at == index + 1;
                first || (!ends_address(&page[at - 1]) && is_address_like(&page[*at]))
            }));
        }
        // An address without a caption: a person, a street, a town.
        let person = Name::of(&line.text).is_some_and(|name| name.is_person());
        if person && line.word_count() <= 6 {
            found.push(index);
            found.extend(
                (index + 1..page.len())
                    .take(3)
                    .take_while(|at| !ends_address(&page[at - 1]) || at - index < 2),
            );
        }
    }
    found.extend(windows(page));
    found
}

/// A block of two or three short lines that ends in a post code, is not the first of the page and has no contact data
/// is an address window; its first line is the recipient's name.
fn windows(page: &[Line]) -> Vec<usize> {
    let mut found = Vec::new();
    // Where the foot names who speaks, even the first lines are an address.
    let last = &page[page.len().saturating_sub(3)..];
    let has_foot =
        page.len() > 8 && last.iter().any(|line| line.has_digit() && line.text.contains(['·', '|', '•']));
    let first = usize::from(!has_foot);
    for (index, line) in page.iter().enumerate().skip(2 + first).filter(|(_, line)| line.above < 30) {
        let street = Name::of(&page[index - 1].text).is_some_and(|name| name.is_street())
            || page[index - 1]
                .folded
                .split(' ')
                .any(|word| word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()));
        let short =
            line.word_count() <= 5 && page[index - 1].word_count() <= 6 && page[index - 2].word_count() <= 6;
        if ends_address(line) && street && short && index - 2 >= first {
            found.extend([index - 2, index - 1, index]);
            let above = index.checked_sub(3).filter(|above| *above >= first);
            let of_block =
                |line: &Line| line.word_count() <= 5 && !line.has_digit() && !line.text.ends_with(':');
            found.extend(above.filter(|above| of_block(&page[*above])));
        }
    }
    found
}

/// Short, without the dots of a foot and without amounts.
fn is_address_like(line: &Line) -> bool {
    line.word_count() <= 6 && !line.text.contains(['·', '|', '•', '€', '$', '£', ':'])
}

fn is_caption(line: &Line) -> bool {
    TO.iter().any(|caption| {
        find(&line.folded, caption).is_some_and(|at| {
            let rest = line.folded[at.end..].trim();
            at.start == 0 && (rest.is_empty() || rest.starts_with(':'))
        })
    })
}

/// Whether a line ends as addresses do: with a post code and a town, or the other way round.
fn ends_address(line: &Line) -> bool {
    let words: Vec<&str> = line.folded.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_code = |word: &&str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        (4..=6).contains(&digits) && digits == word.len()
    };
    let british = words.len() >= 3
        && words.last().is_some_and(|word| word.len() == 3 && word.starts_with(|c: char| c.is_ascii_digit()))
        && words[words.len() - 2].bytes().any(|byte| byte.is_ascii_digit());
    // Because a date ends in a year, which looks like a code.
    let is_year = |word: &&str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let coded = words.first().is_some_and(is_code)
        || words.last().is_some_and(|word| is_code(word) && !is_year(word));
    words.len() <= 7 && !line.text.contains(':') && (british || coded)
}

/// The names in a line, each with what its place says for or against its being the sender's.
pub(super) fn names(page: &[Line], index: usize, addressed: bool) -> Vec<(Name, f32)> {
    let line = &page[index];
    if !has_letters(line) {
        return Vec::new();
    }
    let mut found = Vec::new();
    found.extend(labelled(page, index).map(|name| (name, 6.0)));
    found.extend(first_party(page, index).map(|name| (name, 7.0)));
    let place = place(page, index) + if addressed { -7.0 } else { 0.0 };
    for (nth, piece) in pieces(&line.text).into_iter().enumerate() {
        let signature =
            ["Ihre ", "Ihr ", "Your ", "Votre ", "Su "].iter().find_map(|word| piece.strip_prefix(word));
        if let Some(name) = Name::of(signature.unwrap_or(piece)) {
            #[expect(clippy::cast_precision_loss, reason = "a line has few pieces")]
            let later = 0.6 * nth as f32;
            found.push((name, place - later));
        }
    }
    found
}

fn place(page: &[Line], index: usize) -> f32 {
    let line = &page[index];
    let mut weight = match line.above {
        0 => 3.5,
        1 => 2.3,
        2 | 3 => 1.5,
        _ if line.is_head() => 0.6,
        _ => -1.5,
    };
    if line.below <= 3 && line.above > 3 {
        weight += 2.6;
    }
    let near = page[index.saturating_sub(1)..(index + 3).min(page.len())].iter();
    if near.clone().any(|line| has_any(&line.folded, REGISTERS)) {
        weight += 0.8;
    }
    let closed = page[index.saturating_sub(3)..index].iter().any(|line| has_any(&line.folded, CLOSINGS));
    if closed {
        weight += 2.5;
    }
    // A street, a town, a telephone number: the lines of a letterhead.
    let contact = page[index..(index + 4).min(page.len())].iter();
    if line.is_head()
        && contact.clone().any(|line| {
            line.folded.contains(['@']) || has_any(&line.folded, &["tel", "tel.", "telefon", "phone", "www"])
        })
    {
        weight += 0.6;
    }
    // A street in the next line makes it the head of an address; whose, the other rules say.
    let below = page.get(index + 1).and_then(|line| Name::of(&line.text));
    if below.is_some_and(|name| name.is_street()) {
        weight += 1.0;
    }
    if line.word_count() > 9 && !line.text.contains(['·', '|', '•', ',']) {
        weight -= 2.0;
    }
    weight
}

/// A line cut where feet and letterheads part name, street and town.
fn pieces(text: &str) -> Vec<&str> {
    let parted: Vec<&str> = text
        .split(['·', '•', '|', '⋅', '∙', ';'])
        .flat_map(|piece| piece.split(" - "))
        .flat_map(|piece| piece.split(" – "))
        .collect();
    let mut pieces = Vec::new();
    for piece in parted {
        // `Pardo, S.A.` is one name; `Pike Ltd, 3 Mill Lane` are two things.
        match piece.split_once(", ") {
            Some((name, rest))
                if !rest.starts_with("S.") && !rest.starts_with("Inc") && !rest.starts_with("L") =>
            {
                pieces.push(name);
                pieces.extend(rest.split(", "));
            }
            Some((name, rest)) => {
                let end = rest.find(", ").map_or(piece.len(), |at| name.len() + 2 + at);
                pieces.push(&piece[..end]);
            }
            None => pieces.push(piece),
        }
    }
    pieces
}

/// The name behind a caption: `Employer: …`, in the line or below it.
fn labelled(page: &[Line], index: usize) -> Option<Name> {
    let line = &page[index];
    let (label, rest) = line.text.split_once(':')?;
    let label = super::fold::fold(label);
    FROM.iter().any(|caption| label.trim() == *caption).then_some(())?;
    let name = if rest.trim().is_empty() { page.get(index + 1)?.text.as_str() } else { rest };
    Name::of(pieces(name).first()?)
}

/// The party that a contract names first.
fn first_party(page: &[Line], index: usize) -> Option<Name> {
    let line = &page[index];
    let at = BETWEEN.iter().find_map(|word| find(&line.folded, word))?;
    // Offsets hold only where folding changed no lengths before them; else the party is not cut out.
    let rest = line.text.get(byte_at(&line.text, line.folded.get(..at.end)?.chars().count())..)?;
    let rest = if rest.trim().is_empty() { page.get(index + 1)?.text.as_str() } else { rest };
    let folded = super::fold::fold(rest);
    let end =
        AND.iter().filter_map(|word| folded.find(word)).filter(|end| *end > 2).min().unwrap_or(folded.len());
    let cut = byte_at(rest, folded.get(..end)?.chars().count());
    Name::of(rest.get(..cut)?.trim()).filter(Name::is_organisation)
}

fn byte_at(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

/// The first name of the addressed lines.
pub(super) fn recipient(page: &[Line], addressed: &[usize]) -> Option<String> {
    let mut lines: Vec<usize> = addressed.to_vec();
    lines.sort_unstable();
    lines.dedup();
    lines.iter().map(|&index| &page[index]).find_map(|line| {
        let text = match line.text.split_once(':') {
            Some((label, rest)) if TO.contains(&super::fold::fold(label).trim()) => rest,
            Some(_) | None => &line.text,
        };
        let first = pieces(text).into_iter().next()?;
        Name::of(first)
            .filter(|name| !name.is_street() && name.folded.len() > 2 && !TO.contains(&name.folded.as_str()))
            .map(|name| name.text)
    })
}

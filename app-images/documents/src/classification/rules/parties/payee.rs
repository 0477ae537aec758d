//! Who is paid or who issues, as a sentence says it.

use super::super::fold::find;
use super::super::sheet::Line;
use super::names::{Name, is_heading};

/// What leads to who is paid or who issues, in the midst of a line.
#[rustfmt::skip]
const LEADS_TO_PAYEE: &[&str] = &["payable to", "in favour of", "in favor of", "zugunsten von", "zugunsten der", "zugunsten des", "a l'ordre de",
    "a l'ordre du", "a favor de", "a nombre de", "intestato a", "a favore di", "ten name van", "t.n.v.", "account name",
    "kontoinhaber", "lautend auf", "issued by", "sold by", "emis par", "ausgestellt von", "ausgestellt durch",
    "verkauf durch", "verkauf und versand durch", "emesso da", "expedido por", "emitido por", "uitgegeven door",
    "afgegeven door", "delivre par", "etabli par", "vendu par", "vendu et expedie par", "vendido por", "venduto da",
    "verkocht door", "organised by", "organized by", "veranstaltet von", "organise par", "organizado por"];

/// The same, where bank accounts stand below a letter: above one they name the customer of the bank.
#[rustfmt::skip]
const HOLDERS: &[&str] = &["titulaire du compte", "account holder", "titular de la cuenta", "intestatario del conto", "rekeninghouder", "beneficiaire",
    "beneficiary", "beneficiario", "begunstigter", "begunstigde", "kontoinhaberin", "inhaber des kontos"];

/// Who is paid, or issues, as a line says it: `Cheques payable to Sundial Repairs, please`.
pub(super) fn of(line: &Line) -> Option<Name> {
    let leads = LEADS_TO_PAYEE.iter().chain(HOLDERS.iter().filter(|_| !line.is_head()));
    let at = leads.into_iter().find_map(|lead| find(&line.folded, lead)).filter(|at| at.start > 0)?;
    // Offsets hold where folding kept the number of letters.
    let start = line.folded.get(..at.end)?.chars().count();
    let rest: String = line.text.chars().skip(start).collect();
    let rest = rest.trim_start_matches([' ', ':', '"', '„', '“']);
    let mut words: Vec<&str> = Vec::new();
    for word in rest.split(' ').take(7) {
        let goes_on = word.starts_with(char::is_uppercase)
            || (word.len() <= 3 && !word.bytes().any(|b| b.is_ascii_digit()));
        if !goes_on {
            break;
        }
        words.push(word);
        if word.ends_with([',', ';']) || (word.ends_with('.') && word.len() > 6) {
            break;
        }
    }
    while words.last().is_some_and(|word| !word.starts_with(char::is_uppercase)) {
        words.pop();
    }
    Name::of(words.join(" ").trim_end_matches([',', ';', '.'])).filter(|name| !is_heading(&name.folded))
}

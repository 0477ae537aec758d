//! Which language a document is in: by its function words, and by its letters where these say little.

use whatlang::{Detector, Lang};

use super::sheet::Line;

/// A guess of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Language {
    /// ISO 639-1.
    pub(super) code: &'static str,
    /// How sure.
    pub(super) percent: u8,
}

/// Words that every text of the language has and few texts of another do. Folded.
const FUNCTION_WORDS: [(&str, &[&str]); 4] = [
    (
        "en",
        &[
            "the", "of", "and", "to", "your", "you", "is", "for", "with", "this", "by", "from", "number",
            "are", "we", "has", "that", "date", "amount", "paid",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "das", "und", "ist", "von", "mit", "fur", "bis", "vom", "ihre", "sie", "wir",
            "den", "zu", "nr", "datum", "betrag", "im", "auf", "zum", "bei", "am",
        ],
    ),
    (
        "fr",
        &[
            "le", "les", "du", "et", "des", "votre", "est", "pour", "vous", "au", "nous", "avec", "une",
            "dans", "numero", "montant", "sur", "a", "par", "facture",
        ],
    ),
    (
        "es",
        &[
            "el", "los", "del", "y", "las", "su", "para", "con", "por", "una", "en", "fecha", "importe",
            "numero", "que", "al", "cliente", "total", "antes",
        ],
    ),
];
/// How much text is enough to tell, in bytes.
const ENOUGH: usize = 6000;

/// The language of most of the text; `None` where there is too little of it.
pub(super) fn of(lines: &[Line]) -> Option<Language> {
    let mut text = String::new();
    let mut folded = String::new();
    for line in lines.iter().take_while(|line| line.above < 400) {
        if text.len() > ENOUGH {
            break;
        }
        text.push_str(&line.text);
        text.push('\n');
        folded.push_str(&line.folded);
        folded.push(' ');
    }
    by_function_words(&folded).or_else(|| by_letters(&text))
}

fn by_function_words(folded: &str) -> Option<Language> {
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut counts =
        FUNCTION_WORDS.map(|(code, known)| (words.iter().filter(|word| known.contains(word)).count(), code));
    counts.sort_unstable_by(|one, other| other.cmp(one));
    let [(best, code), (second, _), ..] = counts;
    // Italian and Portuguese share many words with these: only a share that those do not reach is believed.
    let dense = best * 12 >= words.len();
    (best >= 4 && best * 2 >= second * 3 && dense).then_some(Language { code, percent: 95 })
}

fn by_letters(text: &str) -> Option<Language> {
    let nearby = [
        Lang::Eng,
        Lang::Deu,
        Lang::Fra,
        Lang::Spa,
        Lang::Ita,
        Lang::Nld,
        Lang::Por,
        Lang::Pol,
        Lang::Swe,
        Lang::Dan,
        Lang::Ces,
        Lang::Ron,
        Lang::Hun,
        Lang::Fin,
        Lang::Tur,
    ];
    let found = Detector::with_allowlist(nearby.to_vec())
        .detect(text)
        .or_else(|| Detector::new().detect(text))
        .filter(|found| found.confidence() > 0.1)?;
    let percent = if found.is_reliable() { 85 } else { 45 };
    Some(Language { code: iso_639_1(found.lang())?, percent })
}

fn iso_639_1(lang: Lang) -> Option<&'static str> {
    const CODES: [(Lang, &str); 27] = [
        (Lang::Eng, "en"),
        (Lang::Deu, "de"),
        (Lang::Fra, "fr"),
        (Lang::Spa, "es"),
        (Lang::Ita, "it"),
        (Lang::Nld, "nl"),
        (Lang::Por, "pt"),
        (Lang::Pol, "pl"),
        (Lang::Swe, "sv"),
        (Lang::Dan, "da"),
        (Lang::Ces, "cs"),
        (Lang::Ron, "ro"),
        (Lang::Hun, "hu"),
        (Lang::Fin, "fi"),
        (Lang::Tur, "tr"),
        (Lang::Ara, "ar"),
        (Lang::Heb, "he"),
        (Lang::Rus, "ru"),
        (Lang::Ukr, "uk"),
        (Lang::Bul, "bg"),
        (Lang::Srp, "sr"),
        (Lang::Ell, "el"),
        (Lang::Cmn, "zh"),
        (Lang::Jpn, "ja"),
        (Lang::Kor, "ko"),
        (Lang::Hin, "hi"),
        (Lang::Pes, "fa"),
    ];
    CODES.iter().find(|(known, _)| *known == lang).map(|(_, code)| *code)
}

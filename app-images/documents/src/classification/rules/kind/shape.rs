//! The shape of a page, whatever its words say: a letter greets somebody, and a form has lines to write on.

use super::super::fold::stands_at;
use super::super::parties;
use super::super::sheet::{Line, Sheet};

/// With what letters begin. Folded.
#[rustfmt::skip]
const SALUTATIONS: &[&str] = &["dear", "sehr geehrte~", "liebe", "lieber", "guten tag", "hallo", "hello", "hi", "madame", "monsieur",
    "mesdames", "messieurs", "chers", "cheres", "cher", "chere", "bonjour", "estimad~", "querid~", "muy senor~", "hola",
    "gentile", "gentili", "egregio", "egregi", "spettabile", "caro", "cara", "cari", "buongiorno", "geachte", "beste",
    "exmo~", "prezad~", "szanown~", "hej", "kaere", "kjaere", "to whom it may concern", "hey", "good morning", "good afternoon",
    "good evening", "ciao", "salve", "salut", "buenos dias", "buenas tardes", "hoi", "goedemorgen", "goedemiddag", "goedendag",
    "guten morgen", "moin", "servus", "gruss gott"];
/// Of these, words that also begin an address or a sentence: there a greeting ends as greetings do.
const AMBIGUOUS: &[&str] = &[
    "madame",
    "monsieur",
    "mesdames",
    "messieurs",
    "spettabile",
    "beste",
    "hi",
    "hej",
    "liebe",
    "lieber",
    "caro",
    "cara",
    "cher",
    "chere",
];
/// Of so many lines to write on, and such a share of the page, a form is made; fewer await a signature.
const FEWEST_BLANKS: usize = 5;

/// What a page is shaped like.
pub(super) struct Shape {
    /// Somebody is greeted in a line of its own, or a subject stands behind its caption.
    pub(super) greets: bool,
    /// The row of a mail's subject: there it says what it is, where a letter's may name what it answers.
    pub(super) subject: Option<usize>,
    /// It waits to be filled in.
    pub(super) is_form: bool,
    /// The rows that say to whom it goes: a letter to an insurer is no policy.
    pub(super) addressed: Vec<usize>,
}

pub(super) fn of(sheet: &Sheet) -> Shape {
    let page = sheet.first_page();
    let blanks = page.iter().filter(|line| is_blank(&line.text)).count();
    Shape {
        greets: page.iter().take(60).any(|line| is_salutation(line) || is_subject(line)),
        subject: subject_of_mail(page),
        addressed: parties::addressed_rows(sheet),
        is_form: blanks >= FEWEST_BLANKS && blanks * 4 >= page.len(),
    }
}

/// Whether a line greets somebody and says nothing else.
pub(in super::super) fn is_salutation(line: &Line) -> bool {
    let word = SALUTATIONS.iter().find(|word| stands_at(&line.folded, word));
    let ends = line.text.ends_with([',', ':', '!']);
    word.is_some_and(|word| line.word_count() <= 9 && (ends || !AMBIGUOUS.contains(word)))
        && !line.text.ends_with(['.', ';', '?'])
}

/// What the subject of a letter stands behind, in offices that greet nobody. Folded.
const SUBJECTS: &[&str] =
    &["asunto", "objet", "oggetto", "betreff", "betrifft", "onderwerp", "betreft", "subject", "assunto"];

fn is_subject(line: &Line) -> bool {
    line.folded.split_once(':').is_some_and(|(caption, _)| SUBJECTS.contains(&caption.trim()))
}

/// What stands before who a mail is from, and before the subject of an answer. Folded.
const FROM: &[&str] = &["from", "von", "de", "da", "van", "expediteur", "mittente", "remitente"];
const ANSWERS: &[&str] = &["re", "aw", "rv", "r", "antw", "fw", "fwd", "wg", "tr", "i", "doorst"];

fn subject_of_mail(page: &[Line]) -> Option<usize> {
    let head = &page[..page.len().min(10)];
    let caption = |line: &Line| line.folded.split_once(':').map(|(caption, _)| caption.trim().to_owned());
    let is_from = |line: &Line| caption(line).is_some_and(|caption| FROM.contains(&caption.as_str()));
    head.iter().any(is_from).then_some(())?;
    let subject = head.iter().find(|line| is_subject(line))?;
    let answers = subject.folded.split(':').nth(1).is_some_and(|word| ANSWERS.contains(&word.trim()));
    (!answers).then_some(subject.above)
}

fn is_blank(text: &str) -> bool {
    ["______", "........", "…………"].iter().any(|blank| text.contains(blank))
}

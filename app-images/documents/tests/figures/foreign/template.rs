//! The templates' file format; see the README beside them.

use atoll_documents::classification::DocumentType;

use super::Half;

pub(super) struct Template {
    pub(super) language: &'static str,
    pub(super) kind: DocumentType,
    pub(super) half: Half,
    pub(super) sector: String,
    /// Neither letterhead nor address: the sender stands in the text.
    pub(super) signed: bool,
    pub(super) lines: Vec<String>,
}

pub(super) fn parse(language: &'static str, text: &str) -> Vec<Template> {
    text.split("=== ").skip(1).map(|part| one(language, part)).collect()
}

fn one(language: &'static str, part: &str) -> Template {
    let (head, body) = part.split_once('\n').unwrap();
    let words: Vec<&str> = head.split(' ').collect();
    Template {
        language,
        kind: DocumentType::from_code(words[0]).unwrap(),
        half: match words[1] {
            "tuned" => Half::Tuned,
            "held-out" => Half::HeldOut,
            other => panic!("no half is called {other}"),
        },
        sector: words[2].to_owned(),
        signed: words.get(3) == Some(&"signed"),
        lines: body.lines().map(str::to_owned).collect(),
    }
}

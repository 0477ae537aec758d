//! Documents of other senders: templates in four languages, drawn in many layouts, the same for the same seed.

mod forms;
mod layout;
mod names;
mod random;
mod template;

use atoll_documents::classification::DocumentType;
use jiff::civil::Date;

use self::random::Random;
use self::template::Template;

/// Which part of the set a document belongs to. Rules are never improved on what is held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Half {
    Tuned,
    HeldOut,
}

/// One document with what a person would say of it.
pub(crate) struct Document {
    pub(super) name: String,
    pub(super) half: Half,
    pub(super) language: &'static str,
    /// What a person would accept as its type.
    pub(super) kinds: Vec<DocumentType>,
    pub(super) text: String,
    /// What it bears; `None`: nothing, and nothing is asked.
    pub(super) date: Option<Date>,
    pub(super) sender: Option<String>,
    pub(super) total: Option<String>,
    pub(super) number: Option<String>,
}

const TEMPLATES: [(&str, &str); 4] = [
    ("en", include_str!("templates/en.txt")),
    ("de", include_str!("templates/de.txt")),
    ("fr", include_str!("templates/fr.txt")),
    ("es", include_str!("templates/es.txt")),
];
/// How many drawings there are of each template.
const DRAWINGS: u64 = 4;

/// The whole set, both halves.
pub(super) fn documents() -> Vec<Document> {
    let mut documents = Vec::new();
    for (language, text) in TEMPLATES {
        for (index, template) in template::parse(language, text).iter().enumerate() {
            for drawing in 0..DRAWINGS {
                let mut random = Random::new(u64::try_from(index).unwrap() * 1000 + drawing, language);
                documents.push(draw(template, &mut random, drawing));
            }
        }
    }
    documents
}

fn draw(template: &Template, random: &mut Random, drawing: u64) -> Document {
    let forms = forms::Forms::draw(template.language, random);
    let sender = names::sender(template, random);
    let values = forms::Values::draw(&forms, template, &sender, random);
    let text = layout::lay_out(template, &values, &sender, random);
    let says = |placeholder: &str| template.lines.iter().any(|line| line.contains(placeholder));
    Document {
        name: format!("{}-{}-{:?}-{drawing}", template.language, template.kind, template.half),
        half: template.half,
        language: template.language,
        kinds: vec![template.kind],
        date: says("{date}").then_some(values.date),
        sender: (!template.signed || says("{sender}")).then(|| sender.name.to_owned()),
        total: says("{total}").then(|| values.total.clone()),
        number: says("{number}").then(|| values.number.clone()),
        text,
    }
}

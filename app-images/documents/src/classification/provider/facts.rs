//! From a model's answer to facts: what does not have the schema's shape is refused whole, what cannot be is left out, and
//! what the document does not say is marked unsure.

mod shape;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::mentions::Mentions;
use super::prompt::is_hidden;
use crate::classification::iban::Iban;
use crate::classification::{Classification, Confidence, DocumentType, Fact, Money, Source};

/// How sure a fact can be that does not stand in the document.
const UNSURE: u8 = 30;
/// Where a model rates nothing.
const UNRATED: u8 = 60;
const MOST_TAGS: usize = 8;
const MOST_TAG_CHARACTERS: usize = 40;
const FIRST_YEAR: i16 = 1950;
const MOST_YEARS_AHEAD: i16 = 2;

/// What an answer is checked against.
pub(super) struct Against<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// The owner's categories.
    pub(super) categories: &'a [String],
    /// The day on which it is read.
    pub(super) today: Date,
}

/// Reads an answer.
///
/// # Errors
/// Says in our own words, for the model and the log, which field is not what the schema asks for.
pub(super) fn read(answer: &Map<String, Value>, against: &Against<'_>) -> Result<Classification, String> {
    let fields = Fields { answer, mentions: Mentions::of(against.text), today: against.today };
    shape::check(answer)?;
    let code = fields.text("document_type").ok_or("`document_type` is missing")?;
    let kind = DocumentType::from_code(&code).ok_or("`document_type` is not one of the list")?;
    let language = fields.text("language").map(|code| code.to_ascii_lowercase());
    let language =
        language.filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase()));
    let iban = fields.text("iban").and_then(|text| Iban::parse(&text)).map(Iban::into_string);
    Ok(Classification {
        title: fields.line("title", 200).map(|title| fields.fact("title", title, true)),
        document_type: Some(fields.fact("document_type", kind, true)),
        date: fields.date("date"),
        sender: fields.line("sender", 200).map(|sender| fields.fact("sender", sender, true)),
        recipient: fields.line("recipient", 200).map(|name| fields.fact("recipient", name, true)),
        total: fields.money("total"),
        net: fields.money("net"),
        due_date: fields.date("due_date"),
        number: fields.line("number", 64).map(|number| {
            let said = fields.mentions.says(&number);
            fields.fact("number", number, said)
        }),
        iban: iban.map(|iban| {
            let said = fields.mentions.says(&iban);
            fields.fact("iban", iban, said)
        }),
        language: language.map(|code| fields.fact("language", code, true)),
        summary: fields.line("summary", 500).map(|summary| fields.fact("summary", summary, true)),
        tags: fields.tags(),
        categories: fields.categories(against.categories),
    })
}

struct Fields<'a> {
    answer: &'a Map<String, Value>,
    mentions: Mentions,
    today: Date,
}

impl Fields<'_> {
    fn value(&self, name: &str) -> &Value {
        shape::value(self.answer, name)
    }

    /// A text with something in it.
    fn text(&self, name: &str) -> Option<String> {
        let text = self.value(name).as_str()?.trim();
        let absent = text.is_empty()
            || matches!(text.to_ascii_lowercase().as_str(), "null" | "none" | "n/a" | "unknown");
        (!absent).then(|| text.to_owned())
    }

    /// A text on one line, of at most so many characters.
    fn line(&self, name: &str, most: usize) -> Option<String> {
        self.text(name).map(|text| one_line(&text, most)).filter(|line| !line.is_empty())
    }

    fn date(&self, name: &str) -> Option<Fact<Date>> {
        let date: Date = self.text(name)?.get(..10)?.parse().ok()?;
        let latest = self.today.year().saturating_add(MOST_YEARS_AHEAD);
        let real = (FIRST_YEAR..=latest).contains(&date.year());
        real.then(|| self.fact(name, date, self.mentions.date(date)))
    }

    fn money(&self, name: &str) -> Option<Fact<Money>> {
        let money = self.value(name).as_object()?;
        let written = match money.get("amount")? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        let mut amount: Decimal = written.parse().ok()?;
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        let currency = money.get("currency").and_then(Value::as_str).map(|code| code.trim().to_uppercase());
        let currency =
            currency.filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
        let sane = amount.scale() <= 4 && amount.abs() < Decimal::from(1_000_000_000_000_i64);
        let said = self.mentions.amount(amount);
        sane.then(|| self.fact(name, Money { amount, currency }, said))
    }

    fn tags(&self) -> Vec<Fact<String>> {
        let mut tags: Vec<String> = Vec::new();
        for tag in self.texts("tags") {
            let tag = one_line(&tag.to_lowercase(), MOST_TAG_CHARACTERS);
            if !tag.is_empty() && !tags.contains(&tag) && tags.len() < MOST_TAGS {
                tags.push(tag);
            }
        }
        tags.into_iter().map(|tag| self.fact("tags", tag, true)).collect()
    }

    /// Those that the owner has, as the owner writes them.
    fn categories(&self, owned: &[String]) -> Vec<Fact<String>> {
        let named: Vec<String> = self.texts("categories").map(|name| name.trim().to_lowercase()).collect();
        let fitting = owned.iter().filter(|name| named.contains(&name.trim().to_lowercase()));
        fitting.map(|name| self.fact("categories", name.clone(), true)).collect()
    }

    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.value(name).as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    fn fact<T>(&self, name: &str, value: T, said: bool) -> Fact<T> {
        let rated = self.value("confidence").get(name).and_then(Value::as_f64);
        // Small models answer 0.9 where 90 is meant.
        let percent = rated.map(|rate| if rate > 0.0 && rate <= 1.0 { rate * 100.0 } else { rate });
        let percent = percent.map_or(UNRATED, |percent| percent.clamp(0.0, 99.0) as u8);
        let percent = if said { percent } else { percent.min(UNSURE) };
        Fact { value, source: Source::Ai, confidence: Confidence::percent(percent) }
    }
}

/// White space is one space, and what nobody sees is left out: it would be stored, searched and shown.
fn one_line(text: &str, most: usize) -> String {
    let text: String =
        text.chars().filter(|c| c.is_whitespace() || c.is_control() || !is_hidden(*c)).collect();
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line: String = words.join(" ").chars().take(most).collect();
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TEXT: &str =
        "Rechnung RN-17 vom 3. März 2026, Gesamt 1.234,50 €, zahlbar an DE89 3704 0044 0532 0130 00";

    fn facts(changes: Value) -> Result<Classification, String> {
        let mut answer = json!({"document_type": "invoice", "confidence": {"date": 95, "total": 0.9}});
        answer.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let categories = ["Büro".to_owned(), "Autos".to_owned()];
        let today = Date::constant(2026, 11, 26);
        read(answer.as_object().unwrap(), &Against { text: TEXT, categories: &categories, today })
    }

    #[test]
    fn what_the_document_says_is_as_sure_as_the_model_and_what_it_does_not_is_unsure() {
        let said = facts(json!({
            "date": "2026-03-03", "due_date": "2026-04-03", "total": {"amount": "1234.5", "currency": "eur"},
            "number": "RN-17", "iban": "DE89 3704 0044 0532 0130 00",
        }))
        .unwrap();
        assert_eq!(said.date.unwrap().confidence.as_percent(), 95);
        assert_eq!(said.due_date.unwrap().confidence.as_percent(), UNSURE);
        let total = said.total.unwrap();
        assert_eq!(
            (total.value.amount.to_string(), total.value.currency),
            ("1234.50".into(), Some("EUR".into()))
        );
        assert_eq!(total.confidence.as_percent(), 90);
        assert_eq!(said.number.unwrap().confidence.as_percent(), UNRATED);
        assert_eq!(said.iban.unwrap().value, "DE89370400440532013000");
        assert_eq!(
            facts(json!({"number": "RN-18"})).unwrap().number.unwrap().confidence.as_percent(),
            UNSURE
        );
    }

    #[test]
    fn what_cannot_be_is_left_out() {
        let said = facts(json!({
            "date": "2026-02-30", "due_date": "1901-01-01", "iban": "DE00370400440532013000", "language": "german",
            "total": {"amount": "lots", "currency": "EUR"}, "net": {"amount": "1e9999", "currency": null},
            "title": " \n ", "sender": "null", "categories": ["büro", "Invented"],
            "tags": ["A", "a", "x".repeat(90), "b\u{7}c", "3", "4", "5", "6", "7", "8", "9"],
        }))
        .unwrap();
        assert!(
            said.date.is_none() && said.due_date.is_none() && said.iban.is_none() && said.language.is_none()
        );
        assert!(said.total.is_none() && said.net.is_none() && said.title.is_none() && said.sender.is_none());
        assert_eq!(said.categories.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>(), ["Büro"]);
        assert_eq!(said.tags.len(), MOST_TAGS);
        assert_eq!((said.tags[1].value.len(), said.tags[2].value.as_str()), (MOST_TAG_CHARACTERS, "b c"));
    }

    #[test]
    fn what_has_another_shape_is_refused_whole() {
        for (changes, words) in [
            (json!({"document_type": "ransom_note"}), "`document_type` is not one of the list"),
            (json!({"document_type": null}), "`document_type` is missing"),
            (json!({"document_type": 3}), "`document_type` is missing"),
            (json!({"title": 3}), "`title` is not a text"),
            (json!({"date": {"year": 2026}}), "`date` is not a text"),
            (json!({"total": "12.00"}), "`total` is not an object"),
            (json!({"tags": "a, b"}), "`tags` is not a list"),
            (json!({"tags": [1]}), "`tags` is not a list"),
            (json!({"confidence": 3}), "`confidence` is not an object"),
            (json!({"delete_all_documents": true}), "fields that the schema does not"),
        ] {
            let why = facts(changes).unwrap_err();
            assert!(why.contains(words), "{why}");
        }
    }

    #[test]
    fn long_texts_are_cut_to_one_line() {
        let said =
            facts(json!({"title": format!("a\n{}", "ä ".repeat(900)), "summary": "s".repeat(9000)})).unwrap();
        assert!(said.title.unwrap().value.chars().count() <= 200);
        assert_eq!(said.summary.unwrap().value.len(), 500);
    }

    proptest::proptest! {
        #[test]
        fn no_answer_is_a_panic(answer in r#"\{("[a-z_]{0,12}": ?("[0-9A-Z€ä.-]{0,12}"|[0-9]{0,30}|null|\[\]),?){0,6}\}"#) {
            if let Ok(Value::Object(answer)) = serde_json::from_str(&answer) {
                let against = Against { text: TEXT, categories: &[], today: Date::constant(2026, 11, 26) };
                let _facts = read(&answer, &against);
            }
        }
    }
}

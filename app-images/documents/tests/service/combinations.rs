//! Every combination of filters in every order, as a whole and in parts, beside the same documents filtered here.

use std::fmt;

use serde_json::{Value, json};

use crate::support::{Client, Server, pdf};

const SORTS: [&str; 8] = ["newest", "oldest", "date", "-date", "title", "sender", "amount", "relevance"];

/// What the `number`-th document has; some have what others have, and some nothing.
struct Made(usize);

impl Made {
    fn name(&self) -> String {
        format!("{}.pdf", self.0)
    }

    fn has(&self, word: &str) -> bool {
        match word {
            "alpha" => self.0.is_multiple_of(2),
            "beta" => self.0.is_multiple_of(3),
            // In the title only.
            _ => self.0.is_multiple_of(4),
        }
    }

    fn kind(&self) -> &'static str {
        ["invoice", "letter", "invoice", "manual"][self.0 % 4]
    }

    fn tagged(&self) -> bool {
        self.0 % 7 < 4
    }

    fn in_category(&self) -> bool {
        self.0 % 5 < 3
    }

    fn trashed(&self) -> bool {
        self.0 >= 9
    }

    async fn store(&self, client: &Client) -> String {
        let words = ["alpha", "beta"].into_iter().filter(|word| self.has(word)).collect::<Vec<_>>().join(" ");
        let text = format!("Document {} with {words}", self.0);
        let id = client.stored(&self.name(), &pdf::with_text(&text)).await;
        client.settled(&id).await;
        let title = if self.has("gamma") { "Gamma" } else { "Something" };
        let date = (!self.0.is_multiple_of(3)).then(|| format!("2026-01-{:02}", 1 + self.0 % 4));
        let facts = json!({"title": title, "document_type": self.kind(), "date": date, "sender": null,
            "tags": if self.tagged() { vec!["rare"] } else { Vec::new() }});
        client.patch(&format!("/api/documents/{id}"), &facts).await;
        id
    }
}

/// A combination of filters.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    words: &'a [&'a str],
    kind: Option<&'a str>,
    category: Option<&'a str>,
    tag: Option<&'a str>,
    trashed: bool,
}

impl Wanted<'_> {
    fn fits(&self, made: &Made) -> bool {
        let words = self.words.iter().all(|word| match word.strip_prefix('-') {
            Some(word) => !made.has(word),
            None => made.has(word),
        });
        let category = self.category.is_none_or(|category| made.in_category() == (category != "none"));
        words
            && category
            && (self.tag.is_none() || made.tagged())
            && self.kind.is_none_or(|kind| kind == made.kind())
            && made.trashed() == self.trashed
    }
}

impl fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "q={}&type={}", self.words.join("%20"), self.kind.unwrap_or_default())?;
        write!(f, "&category={}&tag={}", self.category.unwrap_or_default(), self.tag.unwrap_or_default())?;
        write!(f, "&trashed={}", self.trashed)
    }
}

fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// The whole list, read two documents at a time.
async fn in_parts(client: &Client, query: &str, total: usize) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), String::new());
    while all.len() <= total {
        let part = client.get(&format!("/api/documents?{query}&limit=2{after}")).await.json();
        let told = if after.is_empty() { json!(total) } else { Value::Null };
        assert_eq!(part["total"], told, "{query}{after}");
        all.extend(names(&part));
        let Some(next) = part["next"].as_str() else { return all };
        after = format!("&after={next}");
    }
    panic!("{query} has no end: {all:?}");
}

#[tokio::test]
async fn every_combination_of_filters_finds_what_it_says_in_every_order_whole_and_in_parts() {
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    let made: Vec<Made> = (0..13).map(Made).collect();
    let name = json!({"name": "Some", "colour": "#00ff00"});
    let category = anna.post("/api/categories", &name).await.json()["id"].as_str().unwrap().to_owned();
    for each in &made {
        if each.0 < 4 {
            each.store(&ben).await;
        }
        let id = each.store(&anna).await;
        if each.in_category() {
            anna.patch(&format!("/api/documents/{id}"), &json!({"categories": [category]})).await;
        }
        if each.trashed() {
            anna.delete(&format!("/api/documents/{id}")).await;
        }
    }
    let words: [&[&str]; 7] = [
        &[],
        &["alpha"],
        &["gamma"],
        &["alpha", "beta"],
        &["-alpha"],
        &["alpha", "-beta"],
        &["gamma", "-beta"],
    ];
    for words in words {
        for kind in [None, Some("invoice")] {
            for category in [None, Some(category.as_str()), Some("none")] {
                for (tag, trashed) in
                    [(None, false), (None, true), (Some("rare"), false), (Some("rare"), true)]
                {
                    check(&anna, &made, Wanted { words, kind, category, tag, trashed }).await;
                }
            }
        }
    }
}

async fn check(anna: &Client, made: &[Made], wanted: Wanted<'_>) {
    let expected: Vec<String> = made.iter().filter(|each| wanted.fits(each)).map(Made::name).collect();
    for sort in SORTS {
        let query = format!("{wanted}&sort={sort}");
        let whole = names(&anna.get(&format!("/api/documents?{query}")).await.json());
        let mut found = whole.clone();
        found.sort_by_key(|name| name.trim_end_matches(".pdf").parse::<usize>().unwrap());
        assert_eq!(found, expected, "{query}");
        if let "newest" | "oldest" = sort {
            let mut in_order = expected.clone();
            if sort == "newest" {
                in_order.reverse();
            }
            assert_eq!(whole, in_order, "{query}");
        }
        assert_eq!(in_parts(anna, &query, expected.len()).await, whole, "{query}, in parts");
    }
}

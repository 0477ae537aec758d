//! Measures lists and searches with many documents: fills a database, asks the service's own store the same questions
//! again and again, and writes the medians and tails as JSON.
//!
//! ```sh
//! cargo run --release -p atoll-documents --example search -- 100000 /dev/shm/search-bench target/bench/search.json
//! ```
#![allow(clippy::print_stdout, reason = "a benchmark shows what it does and how far it is")]

mod fill;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use atoll_documents::classification::DocumentType;
use atoll_documents::document::{Category, UserId};
use atoll_documents::search::{CategoryFilter, Filter, Query, Sort};
use atoll_documents::store::{Request, Store};
use jiff::civil::date;
use serde_json::json;

use self::fill::{WORDS, fill, word};

/// How often each question is asked.
const ROUNDS: usize = 40;
/// How many documents a part of a list has, as on the page.
const LIMIT: u32 = 50;
/// How many a part has at most.
const MOST: u32 = 200;
/// How many such parts are walked through.
const WALK: usize = 100;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 =
        arguments.next().unwrap_or_else(|| "100000".into()).parse().context("how many documents?")?;
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "/dev/shm/search-bench".into()));
    let out = PathBuf::from(arguments.next().unwrap_or_else(|| "target/bench/search.json".into()));
    std::fs::create_dir_all(&folder)?;
    let database = folder.join("documents.db");
    let fresh = !database.exists();
    let store = Store::open(&database).await?;
    let owner = UserId::parse("bench").context("a person")?;
    if fresh {
        fill(&store, &database, &owner, count).await?;
    }
    println!("{} MiB of database for {count} documents", std::fs::metadata(&database)?.len() >> 20);
    let measured = measure(&store, &owner).await?;
    store.close().await;
    write(&out, count, &measured)
}

/// A question with its times, shortest first.
struct Measured {
    name: String,
    times: Vec<Duration>,
}

impl Measured {
    fn quantile(&self, hundredths: usize) -> f64 {
        let at = (self.times.len() * hundredths / 100).min(self.times.len() - 1);
        self.times[at].as_secs_f64() * 1000.0
    }
}

async fn measure(store: &Store, owner: &UserId) -> anyhow::Result<Vec<Measured>> {
    let categories = store.categories(owner).await?;
    let mut all = Vec::new();
    for (name, filter, sort) in questions(&categories) {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let request = Request { filter: filter.clone(), sort, after: None, limit: LIMIT };
            let began = Instant::now();
            let part = store.list(owner, &request).await?;
            times.push(began.elapsed());
            anyhow::ensure!(!part.items.is_empty(), "`{name}` finds nothing and so measures nothing");
        }
        all.push(finished(name, times));
    }
    let frequent = Filter { words: Query::parse(&word(40)).ok().flatten(), ..Filter::default() };
    for (name, filter, sort) in [
        ("newest, parts on", Filter::default(), Sort::Newest),
        ("title, parts on", Filter::default(), Sort::Title),
        ("a frequent word, parts on", frequent, Sort::Relevance),
    ] {
        all.push(finished(name.into(), walk(store, owner, filter, sort).await?));
    }
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        store.facets(owner).await?;
        times.push(began.elapsed());
    }
    all.push(finished("facets".into(), times));
    Ok(all)
}

fn finished(name: String, mut times: Vec<Duration>) -> Measured {
    times.sort();
    let measured = Measured { name, times };
    println!(
        "{:<34} p50 {:7.2} ms   p95 {:7.2} ms",
        measured.name,
        measured.quantile(50),
        measured.quantile(95)
    );
    measured
}

/// Each further part of a list, as somebody sees it who scrolls.
async fn walk(store: &Store, owner: &UserId, filter: Filter, sort: Sort) -> anyhow::Result<Vec<Duration>> {
    let (mut times, mut after) = (Vec::new(), None);
    for _ in 0..WALK {
        let request = Request { filter: filter.clone(), sort, after, limit: MOST };
        let began = Instant::now();
        let part = store.list(owner, &request).await?;
        times.push(began.elapsed());
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    Ok(times)
}

fn questions(categories: &[Category]) -> Vec<(String, Filter, Sort)> {
    let all = Filter::default;
    let words = |text: &str| Filter { words: Query::parse(text).ok().flatten(), ..all() };
    let (frequent, rare) = (word(40), word(WORDS - 77));
    let both = format!("{} {}", word(40), word(55));
    let in_category = |at: usize| Filter {
        category: categories.get(at).map(|category| CategoryFilter::In(category.id)),
        ..all()
    };
    let dated = Filter { from: Some(date(2020, 1, 1)), to: Some(date(2020, 1, 31)), ..all() };
    let mut questions: Vec<(String, Filter, Sort)> = Sort::ALL
        .into_iter()
        .filter(|sort| *sort != Sort::Relevance)
        .map(|sort| (format!("all, {}", sort.code()), all(), sort))
        .collect();
    for sort in [Sort::Relevance, Sort::Newest, Sort::Date] {
        questions.push((format!("a frequent word, {}", sort.code()), words(&frequent), sort));
    }
    questions.extend([
        ("two letters".into(), words("ve"), Sort::Relevance),
        ("a rare word".into(), words(&rare), Sort::Relevance),
        ("two words".into(), words(&both), Sort::Relevance),
        ("a phrase".into(), words(&format!("\"{both}\"")), Sort::Relevance),
        ("a word left out".into(), words(&format!("{frequent} -{}", word(55))), Sort::Relevance),
        ("only a word left out".into(), words(&format!("-{frequent}")), Sort::Newest),
        (
            "a word and a type".into(),
            Filter { document_type: Some(DocumentType::Invoice), ..words(&frequent) },
            Sort::Relevance,
        ),
        ("a type".into(), Filter { document_type: Some(DocumentType::Invoice), ..all() }, Sort::Newest),
        ("a large category".into(), in_category(0), Sort::Newest),
        ("a small category".into(), in_category(5), Sort::Newest),
        ("a tag".into(), Filter { tag: Some(word(9)), ..all() }, Sort::Newest),
        ("a sender".into(), Filter { sender: Some(word(7)), ..all() }, Sort::Newest),
        ("a month".into(), dated, Sort::DateDown),
        ("an amount".into(), Filter { min: Some(9_990 * 10_000), ..all() }, Sort::Amount),
    ]);
    questions
}

fn write(out: &Path, count: u64, measured: &[Measured]) -> anyhow::Result<()> {
    let mut every: Vec<Duration> = measured.iter().flat_map(|each| each.times.clone()).collect();
    every.sort();
    let overall = finished(format!("everything, {count} documents"), every);
    let lines: Vec<_> = measured
        .iter()
        .chain([&overall])
        .flat_map(|each| {
            [(50, "p50"), (95, "p95")].map(|(hundredths, name)| {
                json!({"measure": format!("{}, {name}", each.name), "unit": "ms", "better": "lower",
                    "ours": each.quantile(hundredths), "peers": {}, "ratio": {}})
            })
        })
        .collect();
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(out, serde_json::to_string_pretty(&lines)? + "\n")?;
    Ok(())
}

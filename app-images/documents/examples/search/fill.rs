//! Fills a database with made documents of several people.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use atoll_documents::classification::{Classification, Confidence, DocumentType, Fact, Money, Source};
use atoll_documents::document::{
    Category, CategoryId, Colour, DocumentId, Label, Sha256Hasher, UserId, fold,
};
use atoll_documents::search::{Filter, Selection, ten_thousandths};
use atoll_documents::store::{Action, Store};
use jiff::Timestamp;
use jiff::civil::date;
use rust_decimal::Decimal;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

/// How many different words there are; the n-th is about 1/n as frequent as the first.
pub(crate) const WORDS: u64 = 20_000;
/// How many words a page has.
const PAGE_WORDS: usize = 250;

/// Numbers that look random and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A word; the first ones come up most.
    fn word(&mut self) -> String {
        let rank = WORDS.pow(2) / (1 + self.roll(WORDS) * WORDS).max(1);
        let rank = if rank < 20 { self.roll(WORDS) } else { rank };
        word(rank.min(WORDS - 1))
    }
}

/// The n-th word: pronounceable, so that beginnings are shared as in real languages.
pub(crate) fn word(mut number: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ver", "an", "be", "ga", "lo", "mi", "ne", "or", "pa", "ru", "si", "tel", "um", "vor", "wa", "zu"];
    let mut word = String::new();
    for _ in 0..4 {
        word.push_str(SYLLABLES[(number % 16) as usize]);
        number /= 16;
    }
    word
}

/// How many documents are written in one transaction.
const TOGETHER: u64 = 2_000;
/// Who has documents beside the one who is measured, each a tenth as many.
const OTHERS: [&str; 2] = ["other-1", "other-2"];

/// Fills the database that `store` has made. Writes the rows that the service writes when a document was read, in its tables,
/// but thousands in one transaction instead of three transactions for each: a minute instead of an hour.
pub(crate) async fn fill(store: &Store, database: &Path, owner: &UserId, count: u64) -> anyhow::Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .foreign_keys(true)
        .pragma("cache_size", "-200000")
        .pragma("synchronous", "off");
    let mut connection = options.connect().await?;
    let others: Vec<UserId> = OTHERS.into_iter().filter_map(UserId::parse).collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let began = Instant::now();
    let mut number = 0;
    while number < count {
        let mut transaction = connection.begin().await?;
        for number in number..count.min(number + TOGETHER) {
            write(&mut transaction, owner, &mut dice).await?;
            // Theirs stand among the measured person's in every index.
            if let Some(other) = others.get((number % 10) as usize) {
                write(&mut transaction, other, &mut dice).await?;
            }
        }
        transaction.commit().await?;
        number = count.min(number + TOGETHER);
        println!("{number} of {count} documents after {} s", began.elapsed().as_secs());
    }
    connection.close().await?;
    categorise(store, owner).await
}

/// One document that was read.
async fn write(connection: &mut SqliteConnection, owner: &UserId, dice: &mut Dice) -> anyhow::Result<()> {
    let (id, facts) = (DocumentId::generate(), facts(dice));
    let name = format!("{}.pdf", dice.word());
    let pages = [page(dice), page(dice)];
    let mut hasher = Sha256Hasher::start();
    hasher.update(id.to_string().as_bytes());
    let value =
        |fact: &Option<Fact<String>>| fact.as_ref().map(|fact| fact.value.clone()).unwrap_or_default();
    let (title, sender, number) = (value(&facts.title), value(&facts.sender), value(&facts.number));
    let word = owner.as_str().bytes().fold(String::from("o"), |word, byte| word + &format!("{byte:02x}"));
    sqlx::query(
        "insert into documents (id, owner, name, sha256, bytes, uploaded_at, pages, status, seq, found, document_type, \
         doc_date, sender, amount, title_key, sender_key) values (?, ?, ?, ?, 100000, ?, 2, 'ready', ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(owner.as_str())
    .bind(&name)
    .bind(hasher.finish().as_bytes().as_slice())
    .bind(Timestamp::now().as_millisecond())
    .bind(id.order())
    .bind(serde_json::to_string(&facts)?)
    .bind(facts.document_type.as_ref().map(|fact| fact.value.code()))
    .bind(facts.date.as_ref().map(|fact| fact.value.to_string()))
    .bind(&sender)
    .bind(facts.total.as_ref().and_then(|total| ten_thousandths(total.value.amount).ok()))
    .bind(fold(&title))
    .bind(fold(&sender))
    .execute(&mut *connection)
    .await?;
    for (page, at) in pages.iter().zip(1i64..) {
        sqlx::query("insert into page_texts (document_id, page, text) values (?, ?, ?)")
            .bind(id.to_string())
            .bind(at)
            .bind(page)
            .execute(&mut *connection)
            .await?;
    }
    for tag in &facts.tags {
        sqlx::query("insert or ignore into document_tags (document_id, owner, tag, seq) values (?, ?, ?, ?)")
            .bind(id.to_string())
            .bind(owner.as_str())
            .bind(&tag.value)
            .bind(id.order())
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query(
        "insert into document_heads (rowid, owner, name, title, sender, number) values (?, ?, ?, ?, ?, ?)",
    )
    .bind(id.order())
    .bind(&word)
    .bind(&name)
    .bind(&title)
    .bind(&sender)
    .bind(&number)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into document_search (rowid, owner, name, title, sender, number, body) values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.order())
    .bind(&word)
    .bind(&name)
    .bind(&title)
    .bind(&sender)
    .bind(&number)
    .bind(pages.join("\u{c}"))
    .execute(connection)
    .await?;
    Ok(())
}

fn page(dice: &mut Dice) -> String {
    (0..PAGE_WORDS).map(|_| dice.word()).collect::<Vec<_>>().join(" ")
}

fn facts(dice: &mut Dice) -> Classification {
    fn fact<T>(value: T) -> Option<Fact<T>> {
        Some(Fact { value, source: Source::Rules, confidence: Confidence::percent(80) })
    }
    let kind = DocumentType::ALL[dice.roll(18) as usize];
    let day = date(2015, 1, 1).saturating_add(jiff::Span::new().days(dice.roll(4000) as i64));
    let sender = format!("{} GmbH", word(dice.roll(300)));
    let amount = Decimal::new(dice.roll(1_000_000) as i64, 2);
    Classification {
        title: fact(format!("{} {}", dice.word(), dice.word())),
        document_type: fact(kind),
        date: fact(day),
        sender: fact(sender),
        total: fact(Money { amount, currency: Some("EUR".into()) }),
        number: fact(format!("RN-{}", dice.roll(1_000_000))),
        tags: fact(word(dice.roll(50))).into_iter().collect(),
        ..Classification::default()
    }
}

/// Ten categories: one with a tenth of the documents, the others with those of one sender each.
async fn categorise(store: &Store, owner: &UserId) -> anyhow::Result<()> {
    for number in 0..10u64 {
        let category = Category {
            id: CategoryId::generate(),
            owner: owner.clone(),
            name: Label::parse(&format!("Category {number}")).context("a name")?,
            colour: Colour::parse("#336699").context("a colour")?,
            rules: Vec::new(),
        };
        let id = category.id;
        store.insert_category(category).await?;
        let filter = if number == 0 {
            Filter { max: Some(1_000 * 10_000), ..Filter::default() }
        } else {
            Filter { sender: Some(fold(&word(number))), ..Filter::default() }
        };
        let selection = Selection::Matching(Box::new(filter));
        for part in store.selection(owner, &selection).await?.chunks(Store::MOST_AT_ONCE) {
            store.bulk(owner, "Bench", part, &Action::AddCategories(vec![id])).await?;
        }
    }
    Ok(())
}

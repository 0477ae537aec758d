//! How much of the text comes out: measured on the shared documents whose true text is known.

use std::collections::HashMap;

use crate::support::server::Options;

/// The share of a document's words that must come out, as the mean of the documents.
const LEAST_MEAN_RECALL: f64 = 0.98;

#[tokio::test]
async fn nearly_every_word_of_the_shared_documents_comes_out() {
    let Some(folder) = crate::hostile::shared() else {
        println!("skipped: there is no shared set of documents (set ATOLL_SHARED to its folder)");
        return;
    };
    let reader = Options::default().reader;
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let mut recalls = Vec::new();
    for fields in manifest.lines().map(|line| line.split('\t').collect::<Vec<_>>()) {
        if fields[7] != "text" || fields[9].is_empty() {
            continue;
        }
        let bytes = std::fs::read(folder.join("files").join(fields[0])).unwrap();
        let pages = reader.read(super::file(&bytes), None).await.unwrap().text.unwrap();
        let read: Vec<String> = pages.into_iter().map(|page| page.text).collect();
        let truth = std::fs::read_to_string(folder.join(fields[9])).unwrap();
        let recall = recall(&read.join("\n"), &truth);
        println!("{}: {recall:.3}", fields[0]);
        recalls.push(recall);
    }
    let mean = recalls.iter().sum::<f64>() / recalls.len() as f64;
    println!("mean of {} documents: {mean:.4}", recalls.len());
    assert!(recalls.len() >= 20, "the set is there");
    assert!(mean >= LEAST_MEAN_RECALL, "only {mean:.4} of the words came out");
}

/// Which share of the true words was read, each as often as it is there.
fn recall(read: &str, truth: &str) -> f64 {
    let (read, truth) = (words(read), words(truth));
    let found: usize = truth.iter().map(|(word, count)| count.min(read.get(word).unwrap_or(&0))).sum();
    found as f64 / truth.values().sum::<usize>() as f64
}

pub(super) fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    let split = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    split.for_each(|word| *words.entry(word.to_lowercase()).or_default() += 1);
    words
}

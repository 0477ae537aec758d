//! Good documents with a few bytes changed: thousands of mistakes that nobody would think of.

use std::collections::BTreeMap;
use std::path::Path;

use atoll_documents::pictures::PaintError;

use super::caged::{painter, reader};
use crate::reading::file;
use crate::support::pdf;

const MUTANTS: usize = 120;

/// Small random numbers that are the same in each run (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

/// Changes bytes, cuts the end off, or says a part twice.
fn mutate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(12) {
        let at = chance.below(bytes.len());
        match chance.below(8) {
            0..4 => bytes[at] = u8::try_from(chance.below(256)).unwrap(),
            4 => bytes[at] ^= 1 << chance.below(8),
            5 => bytes[at] = *b"0123456789[]<>()/ \n".get(chance.below(19)).unwrap(),
            6 => {
                let part = bytes[at..(at + chance.below(64)).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            _ if at > bytes.len() / 2 => bytes.truncate(at),
            _ => drop(bytes.drain(at..(at + chance.below(16)).min(bytes.len()))),
        }
    }
}

#[tokio::test]
async fn every_mutant_gets_an_answer_from_the_reader_and_the_painter() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut corpus: Vec<Vec<u8>> =
        ["letter-windows.pdf", "manual-mahlwerk-m2.pdf", "rechnung-rn-2026-0417.pdf"]
            .map(|name| std::fs::read(samples.join(name)).unwrap())
            .into();
    corpus.extend([pdf::with_pages(&["One", "Two"]), pdf::scan(), pdf::exponential(3)]);
    let mut chance = Chance(0x5EED_CAFE);
    let mut outcomes = BTreeMap::<&str, usize>::new();
    for number in 0..MUTANTS {
        let mut mutant = corpus[number % corpus.len()].clone();
        mutate(&mut mutant, &mut chance);
        let reading = reader().read(file(&mutant), None).await;
        let reading = reading.unwrap_or_else(|error| panic!("mutant {number}: {error}"));
        let outcome = reading.text.map_or_else(|failure| failure.code(), |_| "text");
        *outcomes.entry(outcome).or_default() += 1;
        if number % 4 == 0 {
            match painter().paint(file(&mutant), 1, 200, None).await {
                Ok(_) | Err(PaintError::Document(_) | PaintError::NoSize | PaintError::NoSuchPage) => {}
                Err(error) => panic!("mutant {number}: {error}"),
            }
        }
    }
    println!("{outcomes:?}");
    assert!(outcomes["text"] > MUTANTS / 10, "mutants that nothing reads test nothing: {outcomes:?}");
}

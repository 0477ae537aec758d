//! Where everything that is printed passes through: text for people or, with `--json`, one JSON value for machines.
//!
//! Results go to standard output, everything else (errors, notes, questions) to standard error.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use crate::{
    exit::Exit,
    failure::{Failure, Told},
};

mod page;
pub(crate) mod quantity;
mod table;

pub(crate) use page::{Page, Tone, visible};
pub(crate) use table::Table;

/// How results are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// JSON for machines or text for people.
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether JSON was asked for.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// Whether lines that were printed can be written over: a person is watching, at a terminal that obeys.
    pub(crate) fn is_live(self) -> bool {
        let stdout = io::stdout();
        !self.json && stdout.is_terminal() && AutoStream::choice(&stdout) != ColorChoice::Never
    }

    /// Prints a result: `value` as indented JSON, or what `text` writes.
    pub(crate) fn print<T: Serialize + ?Sized>(
        self,
        value: &T,
        text: impl FnOnce(&mut Page),
    ) -> Result<(), Failure> {
        if self.json {
            let json = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
            return self.write(&format!("{json}\n"));
        }
        let mut page = Page::default();
        text(&mut page);
        self.write(page.as_str())
    }

    /// Prints one item of a stream: JSON on one line, or what `text` writes.
    pub(crate) fn print_item<T: Serialize + ?Sized>(
        self,
        value: &T,
        text: impl FnOnce(&mut Page),
    ) -> Result<(), Failure> {
        if self.json {
            let json = serde_json::to_string(value).map_err(io::Error::from)?;
            return self.write(&format!("{json}\n"));
        }
        self.print(value, text)
    }

    /// Writes text as it is to standard output. Colours go only to a terminal, and not there with `NO_COLOR`.
    pub(crate) fn write(self, text: &str) -> Result<(), Failure> {
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Tells something by the way, on standard error.
    pub(crate) fn note(self, text: &str) {
        // Because there is nobody left to tell when standard error is closed.
        let _ = writeln!(anstream::stderr(), "{}", visible(text));
    }

    /// Tells a failure on standard error and says how to end.
    pub(crate) fn failure(self, failure: &Failure) -> Exit {
        let told = match failure {
            Failure::ReaderGone => return Exit::Done,
            Failure::Told(told) => told,
        };
        let text = if self.json { error_json(told) } else { error_text(told) };
        let _ = anstream::stderr().write_all(text.as_bytes());
        told.exit
    }
}

fn error_json(told: &Told) -> String {
    format!("{}\n", serde_json::json!({ "error": told }))
}

fn error_text(told: &Told) -> String {
    let mut page = Page::default();
    page.part(Tone::Bad, "error: ").part(Tone::Strong, &told.message).end();
    for cause in &told.causes {
        page.part(Tone::Quiet, "  because: ").part(Tone::Plain, cause).end();
    }
    if let Some(cure) = &told.cure {
        page.part(Tone::Quiet, "  cure: ").part(Tone::Plain, cure).end();
    }
    if let Some(id) = &told.request_id {
        page.part(Tone::Quiet, "  request: ").part(Tone::Quiet, id).end();
    }
    page.as_str().to_owned()
}

//! What went wrong, as a person needs to read it: what we were doing, why it failed, what to do now.

use std::{error::Error, io};

use serde::Serialize;

use crate::exit::Exit;

/// The end of a command that could not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// To be told on standard error.
    Told(Box<Told>),
    /// Whoever read our output went away (`atoll … | head`): no reason to complain.
    ReaderGone,
}

/// A failure that is told.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    /// What could not be done.
    pub(crate) message: String,
    /// Why, from the outermost cause inwards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) causes: Vec<String>,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cure: Option<String>,
    /// What to quote when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    /// How the program ends.
    #[serde(skip)]
    pub(crate) exit: Exit,
}

impl Failure {
    /// A failure that explains itself.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Told(Box::new(Told {
            message: message.into(),
            causes: Vec::new(),
            cure: None,
            request_id: None,
            exit: Exit::Failed,
        }))
    }

    /// A failure with the error that caused it, and that error's own causes.
    pub(crate) fn because(message: impl Into<String>, error: &(dyn Error + 'static)) -> Self {
        Self::new(message).with(|told| told.causes = chain(error))
    }

    /// Adds why, from the outermost cause inwards.
    pub(crate) fn causes(self, causes: Vec<String>) -> Self {
        self.with(|told| told.causes = causes)
    }

    /// Adds what to do now.
    pub(crate) fn cure(self, cure: impl Into<String>) -> Self {
        self.with(|told| told.cure = Some(cure.into()))
    }

    /// Sets how the program ends.
    pub(crate) fn exit(self, exit: Exit) -> Self {
        self.with(|told| told.exit = exit)
    }

    /// Adds what to quote when asking for help.
    pub(crate) fn request_id(self, id: Option<String>) -> Self {
        self.with(|told| told.request_id = id)
    }

    fn with(mut self, change: impl FnOnce(&mut Told)) -> Self {
        if let Self::Told(told) = &mut self {
            change(told);
        }
        self
    }
}

/// Failing to write to standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::because("could not write the output", &error)
        }
    }
}

/// An error's message and those of its causes, without the repetitions that wrapping errors bring along.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let message = error.to_string();
        if !messages.iter().any(|earlier| earlier.contains(&message)) {
            messages.push(message);
        }
        next = error.source();
    }
    messages
}

/// The innermost cause: what the connection really met, without the layers that it passed through.
pub(crate) fn root(error: &(dyn Error + 'static)) -> String {
    chain(error).pop().unwrap_or_default()
}

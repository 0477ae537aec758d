//! What an examination finds, and how it is told.

use serde::Serialize;

use crate::output::{Page, Tone, quantity};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// As it should be.
    Ok,
    /// Atoll works; something is weaker or slower than it could be.
    Warning,
    /// Atoll cannot work, or cannot keep a promise.
    Problem,
    /// Could not be looked at.
    Untried,
}

/// One check.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Check {
    /// Stable, such as `engine.version`; the part before the dot is the section.
    id: &'static str,
    title: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cure: Option<String>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    checks: Vec<Check>,
}

/// Everything that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    ok: bool,
    problems: usize,
    warnings: usize,
    checks: Vec<Check>,
}

impl Findings {
    /// All is as it should be.
    pub(crate) fn ok(&mut self, id: &'static str, title: &'static str, found: impl Into<String>) {
        self.add(id, title, State::Ok, found.into(), None);
    }

    /// It works, but.
    pub(crate) fn warning(
        &mut self,
        id: &'static str,
        title: &'static str,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) {
        self.add(id, title, State::Warning, found.into(), Some(cure.into()));
    }

    /// It does not work, or not safely.
    pub(crate) fn problem(
        &mut self,
        id: &'static str,
        title: &'static str,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) {
        self.add(id, title, State::Problem, found.into(), Some(cure.into()));
    }

    /// Could not be looked at, because.
    pub(crate) fn untried(&mut self, id: &'static str, title: &'static str, because: impl Into<String>) {
        self.add(id, title, State::Untried, because.into(), None);
    }

    /// It does not work as it should; how bad that is depends.
    pub(crate) fn wrong(
        &mut self,
        id: &'static str,
        title: &'static str,
        state: State,
        found: String,
        cure: String,
    ) {
        self.add(id, title, state, found, Some(cure));
    }

    /// Whether a check has ended already.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.checks.iter().any(|check| check.id == id)
    }

    /// A yes-or-no check.
    pub(crate) fn expect(
        &mut self,
        id: &'static str,
        title: &'static str,
        holds: bool,
        ok: impl Into<String>,
        problem: (impl Into<String>, impl Into<String>),
    ) {
        if holds { self.ok(id, title, ok) } else { self.problem(id, title, problem.0, problem.1) }
    }

    fn add(
        &mut self,
        id: &'static str,
        title: &'static str,
        state: State,
        found: String,
        cure: Option<String>,
    ) {
        self.checks.push(Check { id, title, state, found, cure });
    }

    /// All of it.
    pub(crate) fn report(self) -> Report {
        let count = |state: State| self.checks.iter().filter(|check| check.state == state).count();
        let problems = count(State::Problem);
        Report { ok: problems == 0, problems, warnings: count(State::Warning), checks: self.checks }
    }
}

impl Report {
    /// Whether there is no problem.
    pub(crate) const fn is_healthy(&self) -> bool {
        self.ok
    }

    /// Writes it for people, in sections.
    pub(crate) fn write(&self, page: &mut Page) {
        let width = self.checks.iter().map(|check| check.title.len()).max().unwrap_or(0);
        let mut section = "";
        for check in &self.checks {
            let own = check.id.split('.').next().unwrap_or_default();
            if own != section {
                page.heading(heading(own));
                section = own;
            }
            check.write(width, page);
        }
        page.end();
        page.line(&self.summary());
    }

    fn summary(&self) -> String {
        let warnings = quantity::count(self.warnings, "warning");
        match (self.problems, self.warnings) {
            (0, 0) => "All is well.".to_owned(),
            (0, _) => format!("No problems, {warnings}."),
            (problems, _) => format!("{}, {warnings}.", quantity::count(problems, "problem")),
        }
    }
}

impl Check {
    fn write(&self, width: usize, page: &mut Page) {
        let (tone, word) = match self.state {
            State::Ok => (Tone::Good, "ok     "),
            State::Warning => (Tone::Warn, "warning"),
            State::Problem => (Tone::Bad, "problem"),
            State::Untried => (Tone::Quiet, "untried"),
        };
        let title = format!("  {:width$}  ", self.title);
        page.part(Tone::Plain, "  ")
            .part(tone, word)
            .part(Tone::Plain, &title)
            .part(Tone::Plain, &self.found)
            .end();
        if let Some(cure) = &self.cure {
            let margin = " ".repeat(width + 13);
            page.part(Tone::Plain, &margin).part(Tone::Quiet, "cure: ").part(Tone::Plain, cure).end();
        }
    }
}

fn heading(section: &str) -> &'static str {
    match section {
        "engine" => "Container engine",
        "limits" => "Limits",
        "isolation" => "Isolation",
        "network" => "Network",
        "disk" => "Disk",
        "policy" => "Policy",
        "stack" => "Stack",
        "tls" => "TLS",
        _ => "Address",
    }
}

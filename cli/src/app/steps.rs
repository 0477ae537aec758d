//! The steps of an operation while they happen: on a terminal a block of lines that is written over, elsewhere a line
//! whenever a step begins or ends.

use crate::{
    api::view::{Operation, Progress, Step, StepState},
    failure::Failure,
    output::{Output, Page, Tone, quantity},
};

/// Moves the cursor to the line above and clears that line.
const ONE_LINE_UP: &str = "\x1b[1A\x1b[2K";

/// Because a line that the terminal wraps would be two lines to go up, long ones are cut at its edge meanwhile.
const CUT_LONG_LINES: &str = "\x1b[?7l";
const WRAP_LONG_LINES: &str = "\x1b[?7h";

/// What has been shown so far.
pub(crate) struct Steps {
    output: Output,
    shown: Vec<Step>,
}

impl Steps {
    /// Nothing yet.
    pub(crate) const fn new(output: Output) -> Self {
        Self { output, shown: Vec::new() }
    }

    /// Shows what is new.
    pub(crate) fn show(&mut self, operation: &Operation) -> Result<(), Failure> {
        if self.output.is_json() || self.shown == operation.steps {
            return Ok(());
        }
        if self.output.is_live() {
            self.rewrite(operation)?
        } else {
            self.append(operation)?
        }
        self.shown.clone_from(&operation.steps);
        Ok(())
    }

    fn rewrite(&self, operation: &Operation) -> Result<(), Failure> {
        let mut page = Page::default();
        for step in &operation.steps {
            write_step(step, &mut page);
        }
        let up = ONE_LINE_UP.repeat(self.shown.len());
        self.output.write(&format!("{CUT_LONG_LINES}{up}{}{WRAP_LONG_LINES}", page.as_str()))
    }

    fn append(&self, operation: &Operation) -> Result<(), Failure> {
        let mut page = Page::default();
        for step in &operation.steps {
            let before = self.shown.iter().find(|shown| shown.name == step.name).map(|shown| shown.state);
            if step.state != StepState::Pending && before != Some(step.state) {
                write_step(step, &mut page);
            }
        }
        self.output.write(page.as_str())
    }
}

fn write_step(step: &Step, page: &mut Page) {
    let (tone, mark) = match step.state {
        StepState::Pending => (Tone::Quiet, "·"),
        StepState::Running => (Tone::Warn, "…"),
        StepState::Done => (Tone::Good, "✓"),
        StepState::Failed => (Tone::Bad, "✗"),
        StepState::Skipped => (Tone::Quiet, "-"),
    };
    page.part(tone, mark).part(Tone::Plain, " ").part(Tone::Plain, &step.title);
    for remark in
        [elapsed(step), step.progress.as_ref().map(progress), step.detail.clone()].into_iter().flatten()
    {
        page.part(Tone::Quiet, &format!("  {remark}"));
    }
    page.end();
}

fn elapsed(step: &Step) -> Option<String> {
    let millis = step.finished_at?.duration_since(step.started_at?).as_millis();
    Some(format!("{}.{} s", millis / 1000, millis % 1000 / 100))
}

fn progress(progress: &Progress) -> String {
    let amount =
        |number: u64| if progress.unit == "bytes" { quantity::bytes(number) } else { number.to_string() };
    match progress.total {
        Some(total) => format!("{} of {}", amount(progress.done), amount(total)),
        None => amount(progress.done),
    }
}

//! A mistake in a policy file, with the line that it is on.

use atoll_sandbox::error::PolicyError;

use crate::{
    failure::Failure,
    output::{Page, Tone, visible},
};

/// The longest piece of a line that is shown, in characters.
const WIDEST: usize = 100;

/// Writes `file:line:column: word: message`, the line with a mark under the column, and the hint.
pub(crate) fn write(page: &mut Page, word: (Tone, &str), error: &PolicyError, text: Option<&str>) {
    page.part(Tone::Strong, &format!("{}: ", place(error)));
    page.part(word.0, &format!("{}: ", word.1)).part(Tone::Plain, &error.message).end();
    if let Some((number, line, mark)) = text.and_then(|text| excerpt(error, text)) {
        let margin = " ".repeat(number.len());
        page.part(Tone::Quiet, &format!("  {number} | ")).part(Tone::Plain, &line).end();
        page.part(Tone::Quiet, &format!("  {margin} | ")).part(word.0, &mark).end();
    }
    if let Some(hint) = &error.hint {
        page.part(Tone::Quiet, "  hint: ").part(Tone::Plain, hint).end();
    }
}

/// The same for commands that need a policy and got none.
pub(crate) fn failure(error: &PolicyError, text: Option<&str>) -> Failure {
    let failure = Failure::new(sentence(error));
    let failure = match text.and_then(|text| excerpt(error, text)) {
        Some((_, line, _)) => failure.causes(vec![format!("it says: {}", line.trim())]),
        None => failure,
    };
    match &error.hint {
        Some(hint) => failure.cure(hint.clone()),
        None => failure,
    }
}

/// `file:line:column: message`
pub(crate) fn sentence(error: &PolicyError) -> String {
    format!("{}: {}", place(error), error.message)
}

/// `file:line:column`, as far as known.
fn place(error: &PolicyError) -> String {
    let numbers = [error.line, error.column].into_iter().flatten();
    numbers.fold(error.file.clone(), |place, number| format!("{place}:{number}"))
}

/// The line's number, the line, and a mark that stands under the column.
fn excerpt(error: &PolicyError, text: &str) -> Option<(String, String, String)> {
    let number = error.line?;
    let line = text.lines().nth(usize::try_from(number).ok()?.checked_sub(1)?)?;
    let column = usize::try_from(error.column?).ok()?.max(1);
    // Because a mark far to the right would be on another line of the terminal.
    let start = (column - 1).saturating_sub(WIDEST * 3 / 4);
    let shown: String = line.chars().skip(start).take(WIDEST).collect();
    let tabs_kept = |c: char| if c == '\t' { '\t' } else { ' ' };
    let indent: String = line.chars().skip(start).take(column - 1 - start).map(tabs_kept).collect();
    Some((number.to_string(), visible(&shown).into_owned(), format!("{indent}^")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: u64, column: u64) -> PolicyError {
        let (line, column) = (Some(line), Some(column));
        PolicyError { file: "a.yaml".into(), line, column, message: "wrong".into(), hint: None }
    }

    #[test]
    fn the_mark_stands_under_the_column() {
        let text = "one\n\tümlaut: x\n";
        let (number, line, mark) = excerpt(&error(2, 10), text).unwrap();
        assert_eq!((number.as_str(), line.as_str(), mark.as_str()), ("2", "\tümlaut: x", "\t        ^"));
        let long = format!("{}x", " ".repeat(1000));
        let (_, line, mark) = excerpt(&error(1, 1001), &long).unwrap();
        assert_eq!(mark.chars().position(|c| c == '^'), line.chars().position(|c| c == 'x'));
    }

    #[test]
    fn a_place_outside_the_text_shows_no_line() {
        assert_eq!(excerpt(&error(9, 1), "one\n"), None);
        assert_eq!(excerpt(&error(0, 0), "one\n"), None);
    }
}

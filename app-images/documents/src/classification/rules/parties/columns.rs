//! A page column by column, so that a letterhead's lines follow each other though an address stands beside them.

use super::super::amounts::has_amount;
use super::super::fold::fold;
use super::super::sheet::Line;
use super::captions::is_label;
use super::names::{Name, is_heading};

/// Above this row amounts may stand beside a letterhead; below it they are those of a table.
const HEAD_ROWS: usize = 8;

/// A cell of the page as a line of its own. Its place is that of the row.
pub(super) fn flow(page: &[Line]) -> Vec<Line> {
    let rows: Vec<(&Line, Vec<String>)> = page
        .iter()
        .enumerate()
        .filter(|(_, line)| !is_of_a_table(line))
        .map(|(index, line)| (line, cells(line, page.get(index + 1))))
        .collect();
    let most = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let columns = (0..most).flat_map(|column| {
        rows.iter().filter_map(move |(line, cells)| Some(part(line, cells.get(column)?.clone())))
    });
    columns.collect()
}

fn part(line: &Line, text: String) -> Line {
    Line {
        folded: fold(&text),
        text,
        gaps: Vec::new(),
        page: line.page,
        above: line.above,
        below: line.below,
    }
}

/// What is sold stands in a row with its price, and who sells it does not.
fn is_of_a_table(line: &Line) -> bool {
    line.above >= HEAD_ROWS && !line.gaps.is_empty() && line.cells().any(|cell| has_amount(&fold(cell)))
}

/// The cells of a row; a label and the name beside it are one, where labels stand below each other.
fn cells(line: &Line, next: Option<&Line>) -> Vec<String> {
    let mut cells: Vec<String> = Vec::new();
    let below = next.and_then(|next| next.cells().next());
    let labels_go_on =
        below.is_none_or(|below| below.ends_with(':') || is_heading(&fold(below)) || is_bare(below));
    // Nor is it the head of a column where numbers stand below it.
    let labels_go_on =
        labels_go_on || below.is_some_and(|below| below.starts_with(|c: char| c.is_ascii_digit()));
    for cell in line.cells() {
        match cells.last_mut() {
            Some(last) if labels_go_on && is_bare(last) && is_name(cell) => {
                *last = format!("{}: {cell}", last.trim_end_matches([':', ' ']));
            }
            Some(_) | None => cells.push(cell.to_owned()),
        }
    }
    cells
}

fn is_bare(cell: &str) -> bool {
    is_label(fold(cell).trim_end_matches([':', ' ']))
}

fn is_name(cell: &str) -> bool {
    !is_bare(cell) && Name::of(cell).is_some_and(|name| !is_heading(&name.folded))
}

//! A page column by column, so that a letterhead's lines follow each other though an address stands beside them.

use super::super::fold::fold;
use super::super::sheet::Line;

/// A cell of the page as a line of its own. Its place is that of the row.
pub(super) fn flow(page: &[Line]) -> Vec<Line> {
    let most = page.iter().map(|line| line.gaps.len()).max().unwrap_or(0);
    let columns = (0..=most).flat_map(|column| page.iter().filter_map(move |line| cell(line, column)));
    columns.collect()
}

fn cell(line: &Line, column: usize) -> Option<Line> {
    let text = line.cells().nth(column)?.to_owned();
    Some(Line {
        folded: fold(&text),
        text,
        gaps: Vec::new(),
        page: line.page,
        above: line.above,
        below: line.below,
    })
}

//! Columns that line up.

use unicode_width::UnicodeWidthStr;

use super::{Page, Tone, visible};

/// Rows under a heading, each column as wide as its widest cell.
#[derive(Debug)]
pub(crate) struct Table {
    heading: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
struct Cell {
    tone: Tone,
    text: String,
}

impl Table {
    /// A table with these column headings.
    pub(crate) fn new(heading: &[&'static str]) -> Self {
        Self { heading: heading.to_vec(), rows: Vec::new() }
    }

    /// Adds a row of plain cells.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.toned_row(cells.map(|text| (Tone::Plain, text)));
    }

    /// Adds a row in which each cell has its tone.
    pub(crate) fn toned_row<const N: usize>(&mut self, cells: [(Tone, String); N]) {
        let cell = |(tone, text): (Tone, String)| Cell { tone, text: visible(&text).into_owned() };
        self.rows.push(cells.into_iter().map(cell).collect());
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table, or `none` instead of a heading without rows.
    pub(crate) fn write(&self, page: &mut Page, none: &str) {
        if self.is_empty() {
            return page.line(none);
        }
        let widths = self.widths();
        for (heading, width) in self.heading.iter().zip(&widths) {
            page.part(Tone::Quiet, heading).part(Tone::Plain, &gap(heading, *width));
        }
        page.end();
        for row in &self.rows {
            for (cell, width) in row.iter().zip(&widths) {
                page.part(cell.tone, &cell.text).part(Tone::Plain, &gap(&cell.text, *width));
            }
            page.end();
        }
    }

    fn widths(&self) -> Vec<usize> {
        let widest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.width());
            cells.chain([self.heading[column].width()]).max().unwrap_or(0)
        };
        (0..self.heading.len()).map(widest).collect()
    }
}

fn gap(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.width()) + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_also_with_wide_characters() {
        let mut table = Table::new(&["APP", "TITLE"]);
        table.row(["documents".into(), "書類".into()]);
        table.row(["a".into(), "B".into()]);
        let mut page = Page::default();
        table.write(&mut page, "none");
        let plain = anstream::adapter::strip_str(page.as_str()).to_string();
        assert_eq!(plain, "APP        TITLE\ndocuments  書類\na          B\n");
    }

    #[test]
    fn an_empty_table_is_a_sentence() {
        let mut page = Page::default();
        Table::new(&["APP"]).write(&mut page, "No apps are installed.");
        assert_eq!(page.as_str(), "No apps are installed.\n");
    }
}

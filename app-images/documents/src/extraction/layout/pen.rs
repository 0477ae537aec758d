//! Where the writing stands, and what lies between it and the next glyph.

use super::{PlacedGlyph, Vector};

/// A baseline further away than this is another line. Less, and it is a superscript, a subscript or a wobble.
const LINE_EMS: f64 = 0.6;
/// A baseline further away than this begins a paragraph: more than line spacing in ordinary text.
const PARAGRAPH_EMS: f64 = 2.0;
/// Going back further than this on the same baseline is another line (a column, a cell) drawn later.
const BACK_EMS: f64 = 1.5;
/// A gap wider than this is a space. Kerning stays below it.
const SPACE_EMS: f64 = 0.18;
/// White wider than this parts columns: no justified line is stretched so far.
const COLUMN_EMS: f64 = 2.0;
/// Cosine of the angle from which a turn of the writing direction begins a new line (about 15°).
const TURN_COSINE: f64 = 0.966;

/// Where the writing stands after a glyph.
pub(super) struct Pen {
    pub(super) position: Vector,
    pub(super) direction: Vector,
    pub(super) em: f64,
    /// Where the last glyph that is no space ended: a column may be reached by many spaces, too.
    pub(super) ink: Vector,
}

/// What lies between two glyphs that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    Nothing,
    Space,
    Column,
    Line,
    Paragraph,
}

impl Pen {
    pub(super) fn break_before(&self, glyph: &PlacedGlyph, direction: Vector, em: f64) -> Break {
        let step = glyph.origin.minus(self.position);
        let along = step.dot(self.direction);
        let across = (step.x * self.direction.y - step.y * self.direction.x).abs();
        let type_size = em.max(self.em);
        if across > PARAGRAPH_EMS * type_size {
            Break::Paragraph
        } else if across > LINE_EMS * type_size
            || along < -BACK_EMS * type_size
            || self.direction.dot(direction) < TURN_COSINE
        {
            Break::Line
        } else if glyph.origin.minus(self.ink).dot(self.direction) > COLUMN_EMS * type_size {
            Break::Column
        } else if along > SPACE_EMS * em {
            Break::Space
        } else {
            Break::Nothing
        }
    }
}

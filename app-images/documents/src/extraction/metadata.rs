//! What the file says of itself.

use hayro_interpret::hayro_syntax;
use hayro_interpret::hayro_syntax::object::DateTime;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

use super::text_string;

/// What the file's information dictionary says of it. Programs write it, people seldom do: a hint, not a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The title: one line of at most [`Self::MOST_CHARACTERS`].
    pub title: Option<String>,
    /// Who wrote it: one line of at most [`Self::MOST_CHARACTERS`].
    pub author: Option<String>,
    /// When the file was made, by the clock of whoever made it.
    pub created: Option<Timestamp>,
}

impl Metadata {
    /// How much of a title or an author is kept.
    pub const MOST_CHARACTERS: usize = 500;

    pub(super) fn of(pdf: &hayro_syntax::metadata::Metadata) -> Self {
        let line =
            |bytes: &Option<Box<[u8]>>| text_string::decode_line(bytes.as_deref()?, Self::MOST_CHARACTERS);
        Self {
            title: line(&pdf.title),
            author: line(&pdf.author),
            created: pdf.creation_date.as_ref().and_then(moment),
        }
    }
}

/// `None` when there is no such day.
fn moment(date: &DateTime) -> Option<Timestamp> {
    let number = |part: u8| i8::try_from(part).ok();
    let local = civil::DateTime::new(
        i16::try_from(date.year).ok()?,
        number(date.month)?,
        number(date.day)?,
        number(date.hour)?,
        number(date.minute)?,
        number(date.second)?,
        0,
    )
    .ok()?;
    let minutes = i32::from(date.utc_offset_minute) * if date.utc_offset_hour < 0 { -1 } else { 1 };
    let offset = Offset::from_seconds(i32::from(date.utc_offset_hour) * 3600 + minutes * 60).ok()?;
    local.to_zoned(TimeZone::fixed(offset)).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(month: u8, day: u8) -> DateTime {
        DateTime {
            year: 2026,
            month,
            day,
            hour: 12,
            minute: 30,
            second: 0,
            utc_offset_hour: -3,
            utc_offset_minute: 30,
        }
    }

    #[test]
    fn a_local_time_becomes_a_moment() {
        assert_eq!(moment(&at(4, 17)).unwrap().to_string(), "2026-04-17T16:00:00Z");
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_moment() {
        assert_eq!(moment(&at(2, 30)), None);
    }
}

//! Numbers as people read them.

use jiff::{Timestamp, tz::TimeZone};

/// Bytes with a binary unit and at most one decimal: `512 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let step = (0..UNITS.len()).rev().find(|step| bytes >> (10 * step) > 0).unwrap_or(0);
    let unit = 1_u64 << (10 * step);
    let tenths = bytes / unit * 10 + bytes % unit * 10 / unit;
    match tenths % 10 {
        0 => format!("{} {}", tenths / 10, UNITS[step]),
        tenth => format!("{}.{tenth} {}", tenths / 10, UNITS[step]),
    }
}

/// A length of time in its two largest units: `3 h 12 min`.
pub(crate) fn secs(secs: u64) -> String {
    match secs {
        0..60 => format!("{secs} s"),
        60..3600 => format!("{} min", secs / 60),
        3600..86_400 => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
        _ => format!("{} d {} h", secs / 86_400, secs % 86_400 / 3600),
    }
}

/// A moment to the minute, in this machine's time zone.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A count with its noun: `1 app`, `2 apps`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(512 << 20), "512 MiB");
        assert_eq!(bytes(u64::MAX), "16383.9 PiB");
        assert_eq!(secs(59), "59 s");
        assert_eq!(secs(11_520), "3 h 12 min");
        assert_eq!(count(1, "app"), "1 app");
        assert_eq!(count(0, "app"), "0 apps");
    }
}

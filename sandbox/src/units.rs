//! Quantities as people write them: `512Mi`, `500m`, `30s`.

use std::{fmt, str::FromStr, time};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A quantity that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {what}")]
pub struct InvalidQuantity {
    value: String,
    what: &'static str,
}

/// A number of bytes, written with a binary suffix: `64Mi`, `2Gi`, or plain bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

/// A share of processors in billionths of one, written `1`, `0.5` or `500m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpu(u64);

/// A length of time, written `500ms`, `10s`, `5m`, `1h` or `30d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(time::Duration);

impl ByteSize {
    /// From plain bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// In mebibytes.
    pub const fn from_mebibytes(mebibytes: u64) -> Self {
        Self(mebibytes << 20)
    }

    /// Bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl Cpu {
    /// From billionths of a processor.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Billionths of a processor, as the engine's `NanoCpus` counts.
    pub const fn nanos(self) -> u64 {
        self.0
    }
}

impl Duration {
    /// From whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(time::Duration::from_secs(secs))
    }

    /// From whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(time::Duration::from_millis(millis))
    }

    /// The standard library's form.
    pub const fn as_std(self) -> time::Duration {
        self.0
    }
}

impl FromStr for ByteSize {
    type Err = InvalidQuantity;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        const UNITS: [(&str, u64); 5] =
            [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("", 1)];
        scaled(value, &UNITS).map(Self).ok_or_else(|| invalid(value, "a size such as 512Mi, 2Gi or 1048576"))
    }
}

impl FromStr for Cpu {
    type Err = InvalidQuantity;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        parse_cpu(value).map(Self).ok_or_else(|| invalid(value, "a processor share such as 1, 0.5 or 500m"))
    }
}

impl FromStr for Duration {
    type Err = InvalidQuantity;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        const UNITS: [(&str, u64); 5] =
            [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
        scaled(value, &UNITS)
            .map(|millis| Self(time::Duration::from_millis(millis)))
            .ok_or_else(|| invalid(value, "a duration such as 500ms, 10s, 5m, 1h or 30d"))
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (suffix, unit) in [("Gi", 1_u64 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)] {
            if self.0 >= unit && self.0.is_multiple_of(unit) {
                return write!(f, "{}{suffix}", self.0 / unit);
            }
        }
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1_000_000_000) {
            write!(f, "{}", self.0 / 1_000_000_000)
        } else {
            write!(f, "{}m", self.0 / 1_000_000)
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        for (suffix, unit) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
            if millis >= unit && millis.is_multiple_of(unit) {
                return write!(f, "{}{suffix}", millis / unit);
            }
        }
        write!(f, "{millis}ms")
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}
as_text!(ByteSize, Cpu, Duration);

fn invalid(value: &str, what: &'static str) -> InvalidQuantity {
    InvalidQuantity { value: value.chars().take(40).collect(), what }
}

/// `value` as a whole number times the unit of its suffix.
fn scaled(value: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = value.split_at(digits);
    let unit = units.iter().find(|(name, _)| *name == suffix)?.1;
    number.parse::<u64>().ok()?.checked_mul(unit)
}

fn parse_cpu(value: &str) -> Option<u64> {
    if let Some(millis) = value.strip_suffix('m') {
        return whole(millis)?.checked_mul(1_000_000);
    }
    let (units, fraction) = value.split_once('.').unwrap_or((value, "0"));
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let places = u32::try_from(9 - fraction.len()).ok()?;
    whole(units)?.checked_mul(1_000_000_000)?.checked_add(whole(fraction)? * 10_u64.pow(places))
}

/// Digits only: `u64::from_str` would also take a plus sign.
fn whole(digits: &str) -> Option<u64> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_as_people_write_them() {
        assert_eq!("512Mi".parse::<ByteSize>().unwrap().bytes(), 536_870_912);
        for (text, bytes) in
            [("1Ki", 1 << 10), ("1Mi", 1 << 20), ("1Gi", 1 << 30), ("1Ti", 1 << 40), ("1", 1)]
        {
            assert_eq!(text.parse::<ByteSize>().unwrap().bytes(), bytes, "{text}");
        }
        for (bytes, text) in [("1048576", "1Mi"), ("3072", "3Ki"), ("1073741824", "1Gi"), ("1025", "1025")] {
            assert_eq!(bytes.parse::<ByteSize>().unwrap().to_string(), text);
        }
        assert_eq!("0.000000001".parse::<Cpu>().unwrap().nanos(), 1);
        assert_eq!("0.5".parse::<Cpu>().unwrap().nanos(), 500_000_000);
        assert_eq!("250m".parse::<Cpu>().unwrap().nanos(), 250_000_000);
        assert_eq!("2m".parse::<Duration>().unwrap().as_std().as_secs(), 120);
    }

    #[test]
    fn quantities_are_written_in_the_largest_unit_that_leaves_no_rest() {
        for text in ["0ms", "500ms", "1s", "1500ms", "90s", "5m", "61m", "1h", "25h", "30d"] {
            assert_eq!(text.parse::<Duration>().unwrap().to_string(), text);
        }
        for text in ["0", "250m", "1", "1500m", "16"] {
            assert_eq!(text.parse::<Cpu>().unwrap().to_string(), text);
        }
        assert_eq!(ByteSize::from_mebibytes(10).to_string(), "10Mi");
    }

    #[test]
    fn bad_quantities_say_what_was_expected() {
        for bad in ["", "512MB", "-1", "+1", "1.5Gi", "99999999999Ti"] {
            assert!(bad.parse::<ByteSize>().is_err(), "{bad}");
        }
        for bad in ["", "1.", "+1", "1.0000000001", "m", "x"] {
            assert!(bad.parse::<Cpu>().is_err(), "{bad}");
        }
        let message = "10 seconds".parse::<Duration>().unwrap_err().to_string();
        assert_eq!(message, "`10 seconds` is not a duration such as 500ms, 10s, 5m, 1h or 30d");
    }
}

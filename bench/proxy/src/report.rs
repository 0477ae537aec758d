//! What was measured, as rows of `target/bench/proxy.json`.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Serialize;

/// One measure: ours and the peers', as medians over the rounds.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    measure: String,
    unit: &'static str,
    better: &'static str,
    ours: f64,
    peers: BTreeMap<&'static str, f64>,
    /// Ours divided by the peer's; absent where the peer's is zero.
    ratio: BTreeMap<&'static str, f64>,
}

impl Row {
    pub(crate) fn new(
        measure: impl Into<String>,
        unit: &'static str,
        better: &'static str,
        ours: f64,
        peers: &[(&'static str, f64)],
    ) -> Self {
        let ratio =
            peers.iter().filter(|(_, value)| *value > 0.0).map(|(name, value)| (*name, round(ours / value)));
        let peers_rounded = peers.iter().map(|(name, value)| (*name, round(*value))).collect();
        Self {
            measure: measure.into(),
            unit,
            better,
            ours: round(ours),
            peers: peers_rounded,
            ratio: ratio.collect(),
        }
    }
}

/// The value below which the share `of` of the values lies.
pub(crate) fn quantile(values: &[f64], of: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * of).round() as usize).copied().unwrap_or(f64::NAN)
}

/// The median.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Writes the rows and prints them.
pub(crate) fn write(out: &Path, rows: &[Row]) -> anyhow::Result<()> {
    fs::write(out, serde_json::to_string_pretty(rows)? + "\n")?;
    for row in rows {
        let peers: Vec<String> = row.peers.iter().map(|(name, value)| format!("{name} {value}")).collect();
        println!("      {}: {} {} ({})", row.measure, row.ours, row.unit, peers.join(", "));
    }
    Ok(())
}

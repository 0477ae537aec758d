//! How far a pull is, from the lines that an engine writes about it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How much of an image has arrived. The total grows while the engine finds out about layers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Bytes that are here.
    pub done: u64,
    /// Bytes of all layers that the engine has spoken of so far.
    pub total: u64,
}

/// Adds up a pull's lines. Lines may be cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Pull {
    rest: Vec<u8>,
    layers: BTreeMap<String, Pulled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Line {
    status: String,
    id: String,
    progress_detail: Detail,
    error: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail {
    current: Option<u64>,
    total: Option<u64>,
}

/// The longest line that is read.
const LONGEST_LINE: usize = 64 << 10;

impl Pull {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// The engine's words, when it says that the pull has failed.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Pulled, String> {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            // Because a line in words of its own says nothing about how far it is.
            let line: Line = serde_json::from_slice(&line).unwrap_or_default();
            if !line.error.is_empty() {
                return Err(line.error);
            }
            self.count(line);
        }
        if self.rest.len() > LONGEST_LINE {
            return Err("the engine's progress cannot be read".to_owned());
        }
        let sum = |of: fn(&Pulled) -> u64| self.layers.values().map(of).sum();
        Ok(Pulled { done: sum(|layer| layer.done), total: sum(|layer| layer.total) })
    }

    /// Only downloading is counted: unpacking begins again at zero.
    fn count(&mut self, line: Line) {
        match (line.status.as_str(), line.progress_detail) {
            ("Downloading", Detail { current: Some(done), total: Some(total) }) => {
                self.layers.insert(line.id, Pulled { done, total });
            }
            ("Download complete" | "Pull complete", _) => {
                if let Some(layer) = self.layers.get_mut(&line.id) {
                    layer.done = layer.total;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_add_up_however_the_lines_are_cut() {
        let text = concat!(
            r#"{"status":"Downloading","id":"a","progressDetail":{"current":5,"total":10}}"#,
            "\n",
            r#"{"status":"Downloading","id":"b","progressDetail":{"current":1,"total":30}}"#,
            "\n",
            r#"{"status":"Download complete","id":"a"}"#,
            "\n",
            r#"{"status":"Extracting","id":"a","progressDetail":{"current":1,"total":10}}"#,
            "\nplain words\n",
        );
        for size in [1, 7, 1000] {
            let mut pull = Pull::default();
            let last = text.as_bytes().chunks(size).map(|chunk| pull.take(chunk).unwrap()).last();
            assert_eq!(last, Some(Pulled { done: 11, total: 40 }), "{size}");
        }
    }

    #[test]
    fn an_error_and_a_line_without_end_end_the_pull() {
        let denied = Pull::default().take(b"{\"error\":\"denied\"}\n").unwrap_err();
        assert_eq!(denied, "denied");
        assert!(Pull::default().take(&vec![b'x'; LONGEST_LINE + 1]).is_err());
    }
}

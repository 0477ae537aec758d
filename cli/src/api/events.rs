//! Server-sent events (WHATWG HTML, section 9.2), as far as our API uses them: `event` and `data`.

use std::collections::VecDeque;

use reqwest::Response;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::{Answer, ApiError};

/// One event. `name` is `message` unless it says otherwise; the lines of `data` are joined.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    name: String,
    data: String,
}

/// A stream of events.
#[derive(Debug)]
pub(crate) struct Events {
    url: Url,
    response: Response,
    parser: Parser,
    ready: VecDeque<Event>,
}

impl Events {
    pub(super) fn new(url: Url, response: Response) -> Self {
        Self { url, response, parser: Parser::default(), ready: VecDeque::new() }
    }

    /// The next event called `name`, or `None` at the end of the stream.
    ///
    /// # Errors
    /// The connection broke, or the event has another shape than it should.
    pub(crate) async fn next<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<Answer<T>>, ApiError> {
        loop {
            while let Some(event) = self.ready.pop_front() {
                if event.name == name {
                    return self.read(&event).map(Some);
                }
            }
            let bytes = self.response.chunk().await;
            match bytes.map_err(|source| ApiError::unreachable(&self.url, source))? {
                Some(bytes) => self.ready.extend(self.parser.read(&bytes)),
                None => return Ok(None),
            }
        }
    }

    fn read<T: DeserializeOwned>(&self, event: &Event) -> Result<Answer<T>, ApiError> {
        let not_atoll = |error: serde_json::Error| ApiError::NotAtoll {
            url: self.url.clone(),
            because: format!("its event has another shape: {error}"),
        };
        let raw: Value = serde_json::from_str(&event.data).map_err(not_atoll)?;
        let view = T::deserialize(&raw).map_err(not_atoll)?;
        Ok(Answer { raw, view })
    }
}

#[derive(Debug, Default)]
struct Parser {
    line: Vec<u8>,
    after_return: bool,
    name: String,
    data: Vec<String>,
}

impl Parser {
    /// The events that are complete with these bytes. A line ends with CR, LF or both; bytes come cut anywhere.
    fn read(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for &byte in bytes {
            let second_half = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                b'\n' if second_half => {}
                b'\n' | b'\r' => events.extend(self.end_line()),
                _ => self.line.push(byte),
            }
        }
        events
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "event" => self.name = value,
            "data" => self.data.push(value),
            // Because a comment has an empty field name, and `id` and `retry` mean nothing to us.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        let name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        let name = if name.is_empty() { "message".to_owned() } else { name };
        (!data.is_empty()).then(|| Event { name, data: data.join("\n") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = ": hello\n\nevent: operation\ndata: {\"a\":\ndata: 1}\nid: 7\n\nevent: lost\n\ndata:ä\r\n\r\ndata\r\r";

    #[test]
    fn events_are_the_same_wherever_the_stream_is_cut() {
        let event = |name: &str, data: &str| Event { name: name.into(), data: data.into() };
        let expected = [event("operation", "{\"a\":\n1}"), event("message", "ä"), event("message", "")];
        for size in 1..STREAM.len() {
            let mut parser = Parser::default();
            let events: Vec<Event> =
                STREAM.as_bytes().chunks(size).flat_map(|cut| parser.read(cut)).collect();
            assert_eq!(events, expected, "in pieces of {size}");
        }
    }
}

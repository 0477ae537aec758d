//! Go's reading of JSON text: the grammar strictly, the letters in it leniently.

/// A value as it is written.
#[derive(Debug, Clone)]
pub(super) enum Token {
    Null,
    Bool(bool),
    /// As written, since Go decides by the form.
    Number(String),
    Text(String),
    List(Vec<Token>),
    Object(Vec<(String, Token)>),
}

/// The first value of a text, and what follows it.
pub(super) fn first_value(bytes: &[u8]) -> Result<(Token, &[u8]), String> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value()?;
    Ok((value, &bytes[reader.at..]))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(|byte| b" \t\r\n".contains(byte)) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(format!("`{}` expected at {}", byte as char, self.at))
    }

    fn value(&mut self) -> Result<Token, String> {
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(b'"') => Ok(Token::Text(self.text()?)),
            Some(_) => self.word(),
            None => Err("the text ends".to_owned()),
        }
    }

    fn object(&mut self) -> Result<Token, String> {
        self.expect(b'{')?;
        let mut entries = Vec::new();
        while self.peek() != Some(b'}') {
            if !entries.is_empty() {
                self.expect(b',')?;
            }
            self.peek();
            let key = self.text()?;
            self.expect(b':')?;
            entries.push((key, self.value()?));
        }
        self.expect(b'}')?;
        Ok(Token::Object(entries))
    }

    fn list(&mut self) -> Result<Token, String> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        while self.peek() != Some(b']') {
            if !items.is_empty() {
                self.expect(b',')?;
            }
            items.push(self.value()?);
        }
        self.expect(b']')?;
        Ok(Token::List(items))
    }

    fn word(&mut self) -> Result<Token, String> {
        let start = self.at;
        while self
            .bytes
            .get(self.at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
        {
            self.at += 1;
        }
        let word = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        match word.as_str() {
            "null" => Ok(Token::Null),
            "true" => Ok(Token::Bool(true)),
            "false" => Ok(Token::Bool(false)),
            word if is_number(word) => Ok(Token::Number(word.to_owned())),
            word => Err(format!("`{word}` is no value")),
        }
    }

    fn text(&mut self) -> Result<String, String> {
        self.expect(b'"')?;
        let mut bytes = Vec::new();
        loop {
            let byte = *self.bytes.get(self.at).ok_or("a text does not end")?;
            self.at += 1;
            match byte {
                b'"' => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
                b'\\' => bytes.extend(self.escape()?.to_string().bytes()),
                0..0x20 => return Err("a control character in a text".to_owned()),
                byte => bytes.push(byte),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let byte = *self.bytes.get(self.at).ok_or("an escape does not end")?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => byte as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err("an unknown escape".to_owned()),
        })
    }

    /// Two surrogates make one letter; a lone one is replaced.
    fn unicode(&mut self) -> Result<char, String> {
        let high = self.hex()?;
        if (0xd800..0xdc00).contains(&high) && self.bytes[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            self.at = before;
        }
        Ok(char::from_u32(high).unwrap_or('\u{fffd}'))
    }

    fn hex(&mut self) -> Result<u32, String> {
        let digits = self.bytes.get(self.at..self.at + 4).ok_or("an escape does not end")?;
        self.at += 4;
        let digits = std::str::from_utf8(digits).map_err(|_| "no hex")?;
        u32::from_str_radix(digits, 16).map_err(|_| "no hex".to_owned())
    }
}

/// The grammar of RFC 8259, section 6.
fn is_number(word: &str) -> bool {
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = word.split_once(['e', 'E']).map_or((word, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

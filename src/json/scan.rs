//! The grammar of RFC 8259: tokens, and values that are passed over. Nothing here recurses.

use std::borrow::Cow;

use super::{JsonError, MAX_DEPTH, REPLACEMENT};

/// A place in JSON text.
pub(super) struct Scanner<'de> {
    text: &'de str,
    at: usize,
}

/// A number as written in the text.
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    /// Of a size that no type here holds.
    OutOfRange,
}

impl<'de> Scanner<'de> {
    pub(super) const fn new(text: &'de str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn since(&self, start: usize) -> &'de str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not whitespace, which stays where it is.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    pub(super) const fn bump(&mut self) {
        self.at += 1;
    }

    /// What is wrong here: the text's end, or a byte that does not belong.
    pub(super) fn unexpected(&self, expected: &str) -> JsonError {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
        if self.at >= self.text.len() {
            return JsonError::Truncated { line, column };
        }
        JsonError::Syntax { problem: format!("{expected} at line {line} column {}", column + 1) }
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("trailing characters")),
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), JsonError> {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return Err(self.unexpected(&format!("expected {word}")));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// A number's text.
    fn number_text(&mut self) -> Result<&'de str, JsonError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        if let Some(b'0'..=b'9') = self.byte() {
            return Err(self.unexpected("invalid number"));
        }
        Ok(self.since(start))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        if !self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.unexpected("invalid number"));
        }
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    pub(super) fn number(&mut self) -> Result<Number, JsonError> {
        let text = self.number_text()?;
        if let Ok(number) = text.parse() {
            return Ok(Number::Unsigned(number));
        }
        match text.parse() {
            // Negative zero is a float.
            Ok(0) | Err(_) => {}
            Ok(number) => return Ok(Number::Signed(number)),
        }
        Ok(match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Number::Float(number),
            _ => Number::OutOfRange,
        })
    }

    /// A string; the opening quote is next. Borrowed where it has no escapes; half a character is replaced.
    pub(super) fn string(&mut self) -> Result<Cow<'de, str>, JsonError> {
        self.at += 1;
        let start = self.at;
        self.plain()?;
        let mut text = match self.byte() {
            Some(b'"') => {
                let text = self.since(start);
                self.at += 1;
                return Ok(Cow::Borrowed(text));
            }
            _ => self.since(start).to_owned(),
        };
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                _ => text.push(self.escape()?),
            }
            let start = self.at;
            self.plain()?;
            text.push_str(self.since(start));
        }
    }

    /// Passes over a string; the opening quote is next.
    fn pass_string(&mut self) -> Result<(), JsonError> {
        self.at += 1;
        loop {
            self.plain()?;
            if self.byte() == Some(b'"') {
                self.at += 1;
                return Ok(());
            }
            self.escape()?;
        }
    }

    /// Up to a quote or a backslash.
    fn plain(&mut self) -> Result<(), JsonError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20);
        self.at += length.unwrap_or(rest.len());
        match self.byte() {
            Some(b'"' | b'\\') => Ok(()),
            _ => Err(self.unexpected("a control character that is not escaped, in a string")),
        }
    }

    /// One escape; the backslash is next.
    fn escape(&mut self) -> Result<char, JsonError> {
        self.at += 1;
        let escaped = match self.byte() {
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err(self.unexpected("invalid escape")),
        };
        self.at += 1;
        Ok(escaped)
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let unit = self.hex()?;
        if !(0xD800..0xDC00).contains(&unit) {
            return Ok(char::from_u32(unit).unwrap_or(REPLACEMENT));
        }
        let after = self.at;
        if self.text.as_bytes().get(after..).is_some_and(|rest| rest.starts_with(b"\\u")) {
            self.at += 2;
            let low = self.hex()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(REPLACEMENT));
            }
            // Another character, which means itself.
            self.at = after;
        }
        Ok(REPLACEMENT)
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| self.unexpected("invalid escape"))?;
            self.at += 1;
        }
        Ok(unit)
    }

    /// Passes over one value at a depth of `depth`.
    pub(super) fn pass(&mut self, depth: usize) -> Result<(), JsonError> {
        let mut open = Open::below(depth);
        loop {
            match self.peek() {
                Some(b'"') => self.pass_string()?,
                Some(b'-' | b'0'..=b'9') => {
                    self.number_text()?;
                }
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                Some(b'[') => {
                    open.push(b']')?;
                    self.at += 1;
                    if self.peek() != Some(b']') {
                        continue;
                    }
                    self.at += 1;
                    open.pop();
                }
                Some(b'{') => {
                    open.push(b'}')?;
                    self.at += 1;
                    if self.peek() != Some(b'}') {
                        self.pass_key()?;
                        continue;
                    }
                    self.at += 1;
                    open.pop();
                }
                _ => return Err(self.unexpected("expected value")),
            }
            loop {
                let Some(close) = open.last() else { return Ok(()) };
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if close == b'}' {
                            self.pass_key()?;
                        }
                        break;
                    }
                    Some(byte) if byte == close => {
                        self.at += 1;
                        open.pop();
                    }
                    _ if close == b'}' => return Err(self.unexpected("expected `,` or `}`")),
                    _ => return Err(self.unexpected("expected `,` or `]`")),
                }
            }
        }
    }

    fn pass_key(&mut self) -> Result<(), JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("key must be a string"));
        }
        self.pass_string()?;
        self.colon()
    }

    pub(super) fn colon(&mut self) -> Result<(), JsonError> {
        if self.peek() != Some(b':') {
            return Err(self.unexpected("expected `:`"));
        }
        self.at += 1;
        Ok(())
    }
}

/// How the objects and arrays that are open will be closed.
struct Open {
    closes: [u8; MAX_DEPTH],
    count: usize,
    most: usize,
}

impl Open {
    const fn below(depth: usize) -> Self {
        Self { closes: [0; MAX_DEPTH], count: 0, most: MAX_DEPTH.saturating_sub(depth) }
    }

    fn push(&mut self, close: u8) -> Result<(), JsonError> {
        match self.closes.get_mut(self.count).filter(|_| self.count < self.most) {
            Some(place) => *place = close,
            None => return Err(JsonError::TooDeep { limit: MAX_DEPTH }),
        }
        self.count += 1;
        Ok(())
    }

    fn last(&self) -> Option<u8> {
        self.closes.get(self.count.checked_sub(1)?).copied()
    }

    const fn pop(&mut self) {
        self.count = self.count.saturating_sub(1);
    }
}

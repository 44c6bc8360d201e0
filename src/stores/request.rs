//! A store's HTTP request, as the host's web server received it.

/// One HTTP request from a store: its header fields and its body, byte for byte as received.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Header fields in the order they came. Names are compared without regard to case (RFC 9110 §5.1).
    pub headers: &'a [(&'a str, &'a str)],
    /// The raw body. Signatures are over bytes: do not parse and print it again.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A request with a body and no header fields; all that the App Store needs.
    #[must_use]
    pub const fn of_body(body: &'a [u8]) -> Self {
        Self { headers: &[], body }
    }

    /// The one value of a header field; `Ok(None)` if it is absent, `Err` with the count if it occurs more than once (a
    /// proxy that adds a second `Authorization` must not get to choose which one counts).
    pub(crate) fn header(&self, name: &str) -> Result<Option<&'a str>, usize> {
        let mut values = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        match (values.next(), values.count()) {
            (None, _) => Ok(None),
            (Some((_, value)), 0) => Ok(Some(value)),
            (Some(_), more) => Err(more + 1),
        }
    }
}

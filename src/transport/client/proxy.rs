//! The client's proxy.

use std::fmt;

use ureq::ProxyBuilder;
use zeroize::Zeroizing;

use super::HttpClientError;

/// An HTTP proxy, used with `CONNECT` for every request. Displayed without its user name and password.
#[derive(Clone)]
pub struct Proxy {
    shown: String,
    inner: ureq::Proxy,
}

impl Proxy {
    /// From `http://[user:password@]host[:port]`, or `https://…` for a connection by TLS. `no_proxy` lists the hosts
    /// that are reached without it: `example.com` with all below it, `.example.com` only those below, `*` all.
    ///
    /// # Errors
    /// [`HttpClientError::Proxy`].
    pub fn new(url: &str, no_proxy: &[&str]) -> Result<Self, HttpClientError> {
        Self::named(url, no_proxy, "the proxy's URL")
    }

    /// From the environment: `HTTPS_PROXY`, else `ALL_PROXY`, with `NO_PROXY`, in capitals or small letters. `None`
    /// if none is set.
    ///
    /// `HTTP_PROXY` is ignored: stores' APIs always use `https`.
    ///
    /// # Errors
    /// [`HttpClientError::Proxy`] if it is invalid.
    pub fn from_environment() -> Result<Option<Self>, HttpClientError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// As [`from_environment`](Self::from_environment), with the variables read by `variable`.
    ///
    /// # Errors
    /// As [`from_environment`](Self::from_environment).
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, HttpClientError> {
        let variable = |name| variable(name).filter(|text| !text.trim().is_empty());
        let named =
            VARIABLES.into_iter().find_map(|name| variable(name).map(|url| (name, Zeroizing::new(url))));
        let Some((name, url)) = named else { return Ok(None) };
        let not = variable("NO_PROXY").or_else(|| variable("no_proxy")).unwrap_or_default();
        let not: Vec<&str> = not.split(',').map(str::trim).filter(|host| !host.is_empty()).collect();
        Self::named(url.trim(), &not, name).map(Some)
    }

    fn named(url: &str, no_proxy: &[&str], from: &'static str) -> Result<Self, HttpClientError> {
        let unusable = HttpClientError::Proxy { from };
        let Ok(parsed) = ureq::Proxy::new(url) else { return Err(unusable) };
        let scheme = match parsed.protocol() {
            ureq::ProxyProtocol::Http => "http",
            ureq::ProxyProtocol::Https => "https",
            // SOCKS would need another feature of the client, and servers seldom use it.
            _ => return Err(unusable),
        };
        let shown = format!("{scheme}://{}:{}", parsed.host(), parsed.port());
        let mut builder: ProxyBuilder =
            ureq::Proxy::builder(parsed.protocol()).host(parsed.host()).port(parsed.port());
        if let Some(user) = parsed.username() {
            builder = builder.username(user);
        }
        if let Some(password) = parsed.password() {
            builder = builder.password(password);
        }
        for host in no_proxy {
            builder = builder.no_proxy(host);
            let name = host.starts_with(|first: char| first.is_ascii_alphanumeric());
            if name && !host.contains('*') {
                builder = builder.no_proxy(&format!(".{host}"));
            }
        }
        builder.build().map(|inner| Self { shown, inner }).map_err(|_| unusable)
    }

    pub(super) fn into_ureq(self) -> ureq::Proxy {
        self.inner
    }
}

const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<Option<Proxy>, HttpClientError> {
        let value = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned());
        Proxy::from_variables(value)
    }

    fn shown(variables: &[(&str, &str)]) -> Option<String> {
        from(variables).unwrap().map(|proxy| format!("{proxy:?}"))
    }

    #[test]
    fn the_environment_names_the_proxy() {
        assert_eq!(shown(&[]), None);
        assert_eq!(shown(&[("HTTPS_PROXY", " ")]), None);
        assert_eq!(shown(&[("HTTP_PROXY", "http://p:1")]), None);
        assert_eq!(shown(&[("HTTPS_PROXY", "http://p:3128")]).unwrap(), "Proxy(http://p:3128)");
        let both = [("all_proxy", "http://a:1"), ("https_proxy", "http://u:s3cret@p:2")];
        assert_eq!(shown(&both).unwrap(), "Proxy(http://p:2)");
    }

    #[test]
    fn one_that_cannot_be_used_is_an_error_that_hides_its_password() {
        for url in ["socks5://u:s3cret@p:1", "http://u:s3cret@:p:q", "ht!tp://s3cret"] {
            let error = from(&[("HTTPS_PROXY", url)]).unwrap_err();
            assert_eq!(error, HttpClientError::Proxy { from: "HTTPS_PROXY" });
            assert!(!error.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn no_proxy_names_hosts_and_what_is_below_them() {
        let variables = [("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "a.example, .b.example")];
        let proxy = from(&variables).unwrap().unwrap();
        let direct = |host: &str| proxy.inner.is_no_proxy(&format!("https://{host}/").parse().unwrap());
        assert!(direct("a.example") && direct("x.a.example") && direct("x.b.example"));
        let small = [("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", " "), ("no_proxy", "A.Example")];
        let proxy = from(&small).unwrap().unwrap();
        assert!(proxy.inner.is_no_proxy(&"https://a.example/".parse().unwrap()));
        assert!(!direct("b.example") && !direct("xa.example") && !direct("c.example"));
    }
}

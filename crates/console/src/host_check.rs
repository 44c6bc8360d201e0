//! Which hosts and origins are the console's own: no other site's name may lead here, as DNS rebinding does.

use std::net::SocketAddr;

use http::request::Parts;

use crate::options::PublicUrl;
use crate::problem::Problem;

/// The names under which the console is reached.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
}

impl Hosts {
    /// Loopback's names with the port, and the public URL's host.
    pub(crate) fn new(address: SocketAddr, public: Option<&PublicUrl>) -> Self {
        let port = address.port();
        let mut hosts =
            vec![format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}")];
        if address.ip().is_loopback() {
            hosts.push(address.to_string());
        }
        let mut origins: Vec<String> = hosts.iter().map(|host| format!("http://{host}")).collect();
        if let Some(public) = public {
            hosts.push(public.authority().to_owned());
            origins.push(public.origin());
        }
        Self { hosts, origins }
    }

    /// Refuses a request for another host.
    ///
    /// # Errors
    /// `bad_host`.
    pub(crate) fn check(&self, head: &Parts) -> Result<(), Problem> {
        let field = head.headers.get("host").and_then(|host| host.to_str().ok());
        let named = head.uri.authority().map(http::uri::Authority::as_str);
        let is_known = |host: &str| {
            let host = host.strip_suffix(":443").unwrap_or(host);
            self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
        };
        // A request line with a host counts before the field (RFC 9112, 3.2.2): both must fit.
        let fits = field.is_some_and(is_known) && named.is_none_or(is_known);
        // Twice the field is a request that two servers read differently.
        if fits && head.headers.get_all("host").iter().count() == 1 {
            return Ok(());
        }
        Err(Problem::new(
            421,
            "bad_host",
            "the console does not have this name: open it as its listening address or as its public URL, and let the proxy \
             pass on the Host field",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(uri: &str, hosts: &[&str]) -> Parts {
        let mut request = http::Request::builder().uri(uri);
        for host in hosts {
            request = request.header("host", *host);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_its_own_names_lead_to_it() {
        let public = "https://refunds.example.com".parse().unwrap();
        let hosts = Hosts::new("127.0.0.1:8461".parse().unwrap(), Some(&public));
        for good in [
            "127.0.0.1:8461",
            "localhost:8461",
            "[::1]:8461",
            "refunds.example.com",
            "Refunds.Example.com:443",
        ] {
            assert_eq!(hosts.check(&head("/", &[good])), Ok(()), "{good}");
        }
        for bad in ["evil.example", "127.0.0.1", "localhost:80", "refunds.example.com:8443", ""] {
            assert_eq!(hosts.check(&head("/", &[bad])).map_err(|problem| problem.status), Err(421), "{bad}");
        }
        assert!(hosts.check(&head("/", &[])).is_err());
        assert!(hosts.check(&head("/", &["localhost:8461", "localhost:8461"])).is_err());
        assert!(hosts.check(&head("http://evil.example/", &["localhost:8461"])).is_err());
        assert!(hosts.origins.contains(&"https://refunds.example.com".to_owned()));
    }
}

//! The page on deploying quotes files that are in the repository, and these fit each other.

const PAGE: &str = include_str!("../../../../docs/deploying.md");

macro_rules! files {
    ($($language:literal $name:literal),* $(,)?) => {
        /// The files, each with the language in which the page quotes it.
        const FILES: &[(&str, &str, &str)] = &[
            $(($language, $name, include_str!(concat!("../../../../examples/deploy/", $name)))),*
        ];
    };
}

files! {
    "caddyfile" "Caddyfile",
    "dockerfile" "Dockerfile",
    "ini" "recoup.service",
    "ini" "recoup-credentials.conf",
    "nginx" "nginx.conf",
    "nginx" "nginx-oauth2-proxy.conf",
    "toml" "oauth2-proxy.cfg",
    "yaml" "compose.yaml",
}

/// Its text.
fn file(name: &str) -> &'static str {
    FILES.iter().find(|(_, known, _)| *known == name).unwrap_or_else(|| panic!("{name}")).2
}

/// The code blocks of the page, each with its language.
fn blocks() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap())
}

#[test]
fn what_the_page_quotes_is_in_the_files() {
    let mut quoted = 0;
    for (language, block) in blocks().filter(|(language, _)| *language != "sh") {
        let is_there = FILES.iter().any(|(known, _, text)| {
            // With whole lines on both sides.
            *known == language && format!("\n{text}").contains(&format!("\n{block}\n"))
        });
        assert!(is_there, "no file of examples/deploy has this {language}:\n{block}");
        quoted += 1;
    }
    assert_eq!(quoted, 9);
}

#[test]
fn the_page_links_every_file() {
    for (_, name, _) in FILES {
        assert!(PAGE.contains(&format!("(../examples/deploy/{name})")), "{name}");
    }
}

#[test]
fn service_proxies_and_containers_name_the_same_addresses() {
    for address in ["127.0.0.1:8460", "127.0.0.1:8461"] {
        for name in ["Caddyfile", "recoup.service", "recoup-credentials.conf", "nginx.conf", "compose.yaml"] {
            assert!(file(name).contains(address), "{name}: {address}");
        }
    }
    // Where the command listens by default.
    let help = crate::shop::recoup(&["serve", "--help"]).output().unwrap();
    assert!(String::from_utf8(help.stdout).unwrap().contains("127.0.0.1:8460"));
    for name in ["Dockerfile", "compose.yaml", "recoup.service"] {
        assert!(file(name).contains("/var/lib/recoup"), "{name}");
    }
    for host in ["hooks.example.com", "refunds.example.com"] {
        assert!(file("nginx.conf").contains(&format!("server_name {host};")), "{host}");
        assert!(file("Caddyfile").contains(&format!("\n{host} {{\n")), "{host}");
    }
}

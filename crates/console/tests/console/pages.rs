//! The pages as a browser loads them: every file by its hashed name, and nothing that the policy forbids.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::client::Answer;
use crate::fixture::Desk;

/// The text between two others.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let from = text.find(begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
    let rest = &text[from..];
    &rest[..rest.find(end).unwrap_or_else(|| panic!("no {end}"))]
}

fn page(desk: &Desk, path: &str) -> Answer {
    let page = desk.client().send("GET", path, None);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    assert_eq!(page.field("content-type"), Some("text/html; charset=utf-8"));
    page
}

#[test]
fn each_page_is_one_document_whose_only_inline_script_the_policy_names() {
    let desk = Desk::new();
    let first = page(&desk, "/");
    for path in ["/refunds", "/refunds/93", "/player?user=kim", "/invite", "/settings", "/no/such/page"] {
        assert_eq!(page(&desk, path).body, first.body, "{path}");
    }
    assert_eq!(first.field("cache-control"), Some("no-store"));
    let map = between(first.text(), "<script type=\"importmap\">", "</script>");
    let hash = format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, map.as_bytes())));
    assert!(first.field("content-security-policy").unwrap().contains(&hash));
    let scripts: Vec<&str> = first.text().split("<script").skip(1).collect();
    assert_eq!(scripts.iter().filter(|script| !script.contains("src=")).count(), 1);
    for forbidden in [" style=", "<style", "javascript:", " onclick=", " onload="] {
        assert!(!first.text().contains(forbidden), "{forbidden}");
    }
}

#[test]
fn each_file_has_its_hash_in_its_name_and_is_kept() {
    let desk = Desk::new();
    let document = page(&desk, "/");
    let map: Value =
        serde_json::from_str(between(document.text(), "<script type=\"importmap\">", "</script>")).unwrap();
    let mut paths: Vec<String> =
        map["imports"].as_object().unwrap().values().map(|path| path.as_str().unwrap().to_owned()).collect();
    let text = document.text();
    let (before, rest) = text.split_once("<script type=\"importmap\">").unwrap();
    let outside = [before, rest.split_once("</script>").unwrap().1].concat();
    let attributes = outside.split('"').filter(|part| part.starts_with("/assets/"));
    paths.extend(attributes.map(str::to_owned));
    assert!(paths.len() > 20, "{paths:?}");
    for path in &paths {
        let file = desk.client().send("GET", path, None);
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.field("cache-control"), Some("public, max-age=31536000, immutable"), "{path}");
        let hash: String =
            digest(&SHA256, &file.body).as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(path.contains(&hash), "{path} has the hash of its content");
        let kind = file.field("content-type").unwrap();
        let is_script = path.ends_with(".js") || path.ends_with(".mjs");
        assert_eq!(is_script, kind == "text/javascript; charset=utf-8", "{path}: {kind}");
        let zipped = desk.client().with("Accept-Encoding", "br, gzip").send("GET", path, None);
        if zipped.field("content-encoding") == Some("gzip") {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(zipped.body.as_slice()).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, file.body, "{path}");
            assert!(zipped.body.len() < file.body.len(), "{path}");
        }
    }
    let plain = desk.client().send("GET", "/assets/app.js", None);
    assert_eq!((plain.status, plain.field("cache-control")), (200, Some("no-cache")));
    for missing in ["/assets/", "/assets/../Cargo.toml", "/assets/%2e%2e/Cargo.toml", "/assets/index.html"] {
        assert_eq!(desk.client().send("GET", missing, None).status, 404, "{missing}");
    }
}

#[test]
fn what_was_taken_from_others_is_as_they_published_it() {
    let vendor = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/vendor");
    let list: Value = serde_json::from_slice(&fs::read(vendor.join("vendor.json")).unwrap()).unwrap();
    let mut named = Vec::new();
    for package in list.as_array().unwrap() {
        assert!(
            package["version"].is_string() && package["licence"].is_string() && package["source"].is_string()
        );
        for file in package["files"].as_array().unwrap() {
            let name = file["file"].as_str().unwrap();
            let bytes = fs::read(vendor.join(name)).unwrap();
            let hash: String =
                digest(&SHA256, &bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file["sha256"], hash, "{name}");
            named.push(vendor.join(name));
        }
    }
    let mut folders = vec![vendor.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert!(
                    named.contains(&path) || path == vendor.join("vendor.json"),
                    "{} is not listed",
                    path.display()
                );
            }
        }
    }
}

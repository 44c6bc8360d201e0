//! The pages: one document for every page's path, and its files under names that have their content's hash.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::HeaderValue;
use http::request::Parts;

use crate::dispatch::of_problem;
use crate::problem::Problem;
use crate::state::State;

/// A file of the pages.
pub(crate) struct Asset {
    path: &'static str,
    hashed: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    gzip: &'static [u8],
}

/// The pages as they were built.
struct Bundle {
    assets: &'static [Asset],
    index: Option<&'static str>,
    script_hash: &'static str,
}

const BUNDLE: Bundle = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));

/// The import map's hash, for the Content-Security-Policy.
pub(crate) const SCRIPT_HASH: &str = BUNDLE.script_hash;

/// Answers a request that is none of the API's.
pub(crate) fn answer(state: &Arc<State>, head: &Parts) -> Response {
    if !matches!(head.method, http::Method::GET | http::Method::HEAD) {
        let problem = Problem::new(405, "bad_method", "pages are read with GET");
        return of_problem(state, &problem);
    }
    let found = match head.uri.path().strip_prefix("/assets/") {
        Some(name) => asset(head, name),
        None => page(),
    };
    found.unwrap_or_else(|| of_problem(state, &Problem::not_found()))
}

/// The document of every page: the path is read by its script.
fn page() -> Option<Response> {
    let mut response = Response::new(Body::from(BUNDLE.index?));
    response.headers_mut().insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
    Some(response)
}

fn asset(head: &Parts, name: &str) -> Option<Response> {
    let asset = BUNDLE.assets.iter().find(|asset| asset.hashed == name || asset.path == name)?;
    // A name without the hash leads to what is there now.
    let kept = if asset.hashed == name { "public, max-age=31536000, immutable" } else { "no-cache" };
    let takes_gzip = head
        .headers
        .get_all("accept-encoding")
        .iter()
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','))
        .any(|coding| matches!(coding.trim(), "gzip" | "*"));
    let is_smaller = asset.gzip.len() < asset.bytes.len();
    let bytes = if takes_gzip && is_smaller { asset.gzip } else { asset.bytes };
    let mut response = Response::new(Body::from(bytes));
    let fields = response.headers_mut();
    fields.insert("content-type", HeaderValue::from_static(asset.content_type));
    fields.insert("cache-control", HeaderValue::from_static(kept));
    fields.insert("vary", HeaderValue::from_static("accept-encoding"));
    if takes_gzip && is_smaller {
        fields.insert("content-encoding", HeaderValue::from_static("gzip"));
    }
    Some(response)
}

#[cfg(test)]
#[path = "../build/bundle.rs"]
mod bundle;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;

    use super::bundle;

    #[test]
    fn names_in_the_page_and_the_import_map_lead_to_hashed_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let index =
            r#"<link href="/assets/style.css"><!-- importmap --><script src="/assets/app.js"></script>"#;
        write("index.html", index);
        write("app.js", "import {h} from \"preact\"; import \"./pages/inbox.js\";");
        write("pages/inbox.js", "export const x = 1;");
        write("style.css", "p { color: red }");
        write("vendor/preact/preact.mjs", "export const h = 1;");
        write("vendor/vendor.json", r#"[{"files": [{"file": "preact/preact.mjs", "specifier": "preact"}]}]"#);
        let made = bundle::read(folder.path()).unwrap();
        let hashed = |path: &str| made.files.iter().find(|file| file.path == path).unwrap().hashed.clone();
        let index = made.index.unwrap();
        let map: serde_json::Value = {
            let begin = index.find("importmap\">").unwrap() + "importmap\">".len();
            serde_json::from_str(&index[begin..begin + index[begin..].find("</script>").unwrap()]).unwrap()
        };
        assert_eq!(map["imports"]["preact"], format!("/assets/{}", hashed("vendor/preact/preact.mjs")));
        assert_eq!(map["imports"]["/assets/pages/inbox.js"], format!("/assets/{}", hashed("pages/inbox.js")));
        assert!(index.contains(&format!("src=\"/assets/{}\"", hashed("app.js"))), "{index}");
        assert!(index.contains(&format!("href=\"/assets/{}\"", hashed("style.css"))), "{index}");
        assert!(made.script_hash.starts_with("sha256-"));
        let style = made.files.iter().find(|file| file.path == "style.css").unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(style.gzip.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), style.content_type), ("p { color: red }", "text/css; charset=utf-8"));
        assert!(!style.bytes.is_empty());

        write("app.js", "changed");
        let again = bundle::read(folder.path()).unwrap();
        assert_ne!(again.index.unwrap(), index);
        fs::write(folder.path().join("index.html"), "<p>").unwrap();
        assert!(bundle::read(folder.path()).is_err(), "a page without a place for the import map");
        assert!(bundle::read(&folder.path().join("none")).unwrap().index.is_none());
    }
}

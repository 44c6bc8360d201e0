//! The pages as they are served: each file under a name with its content's hash, so that browsers may keep it, and one
//! import map that leads from the names in the sources to those.
//!
//! The sources stay what the browser runs: nothing is translated, joined or shortened.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

/// Where the page has its import map.
const MARK: &str = "<!-- importmap -->";

/// A file of the pages.
pub(crate) struct File {
    /// Its path in the folder, such as `pages/inbox.js`.
    pub(crate) path: String,
    /// The same with the hash, such as `pages/inbox-0123456789abcdef.js`.
    pub(crate) hashed: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) gzip: Vec<u8>,
}

/// All files.
pub(crate) struct Bundle {
    pub(crate) files: Vec<File>,
    /// The page, with the import map and the hashed names; `None` where the folder has no `index.html`.
    pub(crate) index: Option<String>,
    /// The import map's hash as a Content-Security-Policy names it: `sha256-…`.
    pub(crate) script_hash: String,
}

/// Reads the folder. One that does not exist has no files.
pub(crate) fn read(web: &Path) -> io::Result<Bundle> {
    let mut files = Vec::new();
    if web.is_dir() {
        walk(web, "", &mut files)?;
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let map = import_map(&files)?;
    let script_hash = format!("sha256-{}", STANDARD.encode(digest(&SHA256, map.as_bytes())));
    let index = match files.iter().position(|file| file.path == "index.html") {
        Some(place) => Some(page(&files.remove(place), &files, &map)?),
        None => None,
    };
    Ok(Bundle { files, index, script_hash })
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.starts_with('.') {
            continue;
        }
        let inside = format!("{prefix}{name}");
        if path.is_dir() {
            walk(&path, &format!("{inside}/"), files)?;
        } else {
            files.push(file(inside, fs::read(&path)?)?);
        }
    }
    Ok(())
}

fn file(path: String, bytes: Vec<u8>) -> io::Result<File> {
    let hash: String =
        digest(&SHA256, &bytes).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let (stem, extension) = path.rsplit_once('.').unwrap_or((&path, ""));
    let hashed =
        if extension.is_empty() { format!("{stem}-{hash}") } else { format!("{stem}-{hash}.{extension}") };
    let content_type = content_type(extension);
    let mut zipped = GzEncoder::new(Vec::new(), Compression::best());
    zipped.write_all(&bytes)?;
    let gzip = zipped.finish()?;
    Ok(File { path, hashed, content_type, bytes, gzip })
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "text/plain; charset=utf-8",
    }
}

/// Leads from each module's name in the sources, and each vendored module's bare name, to the hashed file.
fn import_map(files: &[File]) -> io::Result<String> {
    let mut imports = BTreeMap::new();
    let modules = files.iter().filter(|file| file.path.ends_with(".js") || file.path.ends_with(".mjs"));
    for module in modules {
        imports.insert(format!("/assets/{}", module.path), format!("/assets/{}", module.hashed));
    }
    if let Some(vendor) = files.iter().find(|file| file.path == "vendor/vendor.json") {
        for (specifier, path) in vendored(&vendor.bytes)? {
            let known = files.iter().find(|file| file.path == path);
            let known = known.ok_or_else(|| {
                io::Error::other(format!("vendor/vendor.json names {path}, which is not in the folder"))
            })?;
            imports.insert(specifier, format!("/assets/{}", known.hashed));
        }
    }
    Ok(json!({ "imports": imports }).to_string())
}

/// The bare names that `vendor.json` gives to files.
fn vendored(list: &[u8]) -> io::Result<Vec<(String, String)>> {
    let list: Vec<Value> = serde_json::from_slice(list)?;
    let files = list.iter().filter_map(|package| package.get("files")?.as_array()).flatten();
    let named = files.filter_map(|file| {
        let text = |member: &str| file.get(member)?.as_str().map(str::to_owned);
        Some((text("specifier")?, format!("vendor/{}", text("file")?)))
    });
    Ok(named.collect())
}

/// The page with its import map, and with hashed names in its attributes.
fn page(index: &File, files: &[File], map: &str) -> io::Result<String> {
    let mut text = String::from_utf8(index.bytes.clone()).map_err(io::Error::other)?;
    if !text.contains(MARK) {
        return Err(io::Error::other(format!("index.html has no {MARK}: it says where the import map goes")));
    }
    for file in files {
        text = text.replace(&format!("\"/assets/{}\"", file.path), &format!("\"/assets/{}\"", file.hashed));
    }
    Ok(text.replace(MARK, &format!("<script type=\"importmap\">{map}</script>")))
}

//! Makes the pages and the schemas part of the library.

// Cargo reads what a build script prints.
#![allow(clippy::print_stdout)]

#[path = "build/bundle.rs"]
mod bundle;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = folder("CARGO_MANIFEST_DIR")?;
    let out = folder("OUT_DIR")?;
    let (web, schemas) = (here.join("web"), here.join("../../schemas"));
    for watched in [&web, &schemas] {
        println!("cargo:rerun-if-changed={}", watched.display());
    }
    fs::write(out.join("bundle.rs"), pages(&web, &out)?)?;
    fs::write(out.join("schemas.rs"), documents(&schemas)?)
}

fn folder(variable: &str) -> io::Result<PathBuf> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("{variable} is not set")))
}

/// The table of files, as Rust.
fn pages(web: &Path, out: &Path) -> io::Result<String> {
    let bundle = bundle::read(web)?;
    let mut text = String::from("&[\n");
    for (n, file) in bundle.files.iter().enumerate() {
        let (plain, zipped) = (out.join(format!("{n}.asset")), out.join(format!("{n}.asset.gz")));
        fs::write(&plain, &file.bytes)?;
        fs::write(&zipped, &file.gzip)?;
        let bundle::File { path, hashed, content_type, .. } = file;
        writeln!(
            text,
            "Asset {{ path: {path:?}, hashed: {hashed:?}, content_type: {content_type:?}, \
             bytes: include_bytes!({plain:?}), gzip: include_bytes!({zipped:?}) }},"
        )
        .map_err(io::Error::other)?;
    }
    text.push(']');
    let index = match &bundle.index {
        Some(index) => format!("Some({index:?})"),
        None => "None".to_owned(),
    };
    Ok(format!("Bundle {{ assets: {text}, index: {index}, script_hash: {:?} }}", bundle.script_hash))
}

/// The table of schemas by name, as Rust.
fn documents(folder: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.and_then(|name| name.strip_suffix(".schema.json")) {
            names.push((name.to_owned(), path));
        }
    }
    names.sort();
    let mut text = String::from("&[\n");
    for (name, path) in names {
        writeln!(text, "({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    text.push(']');
    Ok(text)
}

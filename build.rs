//! Keeps include/recoup.h in step with src/ffi, and names the shared library as programs will look for it.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks to Cargo")]

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "capi")]
    capi::build()?;
    Ok(())
}

#[cfg(feature = "capi")]
mod capi {
    use std::error::Error;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    /// What becomes part of the header, in its order there. The rest of src/ffi is machinery.
    const FILES: [&str; 44] = [
        "version",
        "status",
        "views",
        "text",
        "error",
        "foreign",
        "log",
        "engine",
        "options",
        "headers",
        "transport",
        "requests",
        "outcomes",
        "ingest",
        "purchases",
        "signed_purchases",
        "attribution",
        "blocks",
        "events",
        "poll",
        "callbacks",
        "register",
        "dispatch",
        "completions",
        "submit",
        "messages",
        "queries",
        "actions",
        "backup",
        "reviews",
        "recovery",
        "work",
        "case_files",
        "progress",
        "reconcile",
        "doctor",
        "restrictions",
        "policy",
        "notices",
        "access",
        "figures",
        "privacy",
        "webhooks",
        "gateway",
    ];

    pub(super) fn build() -> Result<(), Box<dyn Error>> {
        println!("cargo:rerun-if-changed=cbindgen.toml");
        println!("cargo:rerun-if-changed=src/ffi");
        println!("cargo:rerun-if-changed=include/recoup.h");
        let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
        let header = header(&root)?;
        fs::write(Path::new(&env::var("OUT_DIR")?).join("recoup.h"), &header)?;
        keep_committed(&root, &header);
        name_the_library()?;
        stay_loaded()
    }

    fn header(root: &Path) -> Result<String, Box<dyn Error>> {
        let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
        let mut builder = cbindgen::Builder::new().with_config(config).with_after_include(macros()?);
        for file in FILES {
            builder = builder.with_src(root.join("src/ffi").join(file).with_extension("rs"));
        }
        let mut text = Vec::new();
        builder.generate()?.write(&mut text);
        Ok(String::from_utf8(text)?)
    }

    /// The version, from the one place that says it, and what makes a compiler complain of a forgotten status.
    fn macros() -> Result<String, Box<dyn Error>> {
        let version = env::var("CARGO_PKG_VERSION")?;
        let major = env::var("CARGO_PKG_VERSION_MAJOR")?;
        let minor = env::var("CARGO_PKG_VERSION_MINOR")?;
        let patch = env::var("CARGO_PKG_VERSION_PATCH")?;
        Ok(format!(
            r#"
/** The version of this header; recoup_version() is that of the library. */
#define RECOUP_VERSION "{version}"

/** Changes where programs must change. */
#define RECOUP_VERSION_MAJOR {major}

/** Changes where something was added; before 1.0 also where programs must change. */
#define RECOUP_VERSION_MINOR {minor}

/** Changes where something was mended. */
#define RECOUP_VERSION_PATCH {patch}

/** The version as one number that grows: 1002003 is 1.2.3. */
#define RECOUP_VERSION_NUMBER \
  (RECOUP_VERSION_MAJOR * 1000000 + RECOUP_VERSION_MINOR * 1000 + RECOUP_VERSION_PATCH)

/** Before a function whose result must not be dropped. */
#ifndef RECOUP_MUST_USE
#if defined(__cplusplus) && __cplusplus >= 201703L
#define RECOUP_MUST_USE [[nodiscard]]
#elif defined(__GNUC__)
#define RECOUP_MUST_USE __attribute__((warn_unused_result))
#else
#define RECOUP_MUST_USE
#endif
#endif"#
        ))
    }

    /// Writes the header into a checkout of this repository, and nowhere else: a published or vendored copy has it
    /// already, and may be read-only.
    fn keep_committed(root: &Path, header: &str) {
        let committed = root.join("include/recoup.h");
        let is_checkout = root.join(".git").exists();
        if !is_checkout || fs::read_to_string(&committed).is_ok_and(|text| text == header) {
            return;
        }
        let written = fs::create_dir_all(root.join("include")).and_then(|()| fs::write(&committed, header));
        match written {
            Ok(()) => println!("cargo:warning=include/recoup.h was out of date and has been rewritten"),
            Err(error) => println!("cargo:warning=include/recoup.h is out of date: {error}"),
        }
    }

    /// Rust sets no SONAME, and a program linked without one looks for the path it was linked with. Before 1.0 every
    /// minor version may break programs, so it is part of the name.
    fn name_the_library() -> Result<(), Box<dyn Error>> {
        if is_linux()? {
            let major = env::var("CARGO_PKG_VERSION_MAJOR")?;
            let minor = env::var("CARGO_PKG_VERSION_MINOR")?;
            let suffix = if major == "0" { format!("0.{minor}") } else { major };
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,librecoup.so.{suffix}");
        }
        Ok(())
    }

    /// Threads of the library and destructors of its thread-local values run the library's code, so it must stay when a
    /// program calls dlclose before they have ended.
    fn stay_loaded() -> Result<(), Box<dyn Error>> {
        if is_linux()? {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
        Ok(())
    }

    fn is_linux() -> Result<bool, Box<dyn Error>> {
        Ok(env::var("CARGO_CFG_TARGET_OS")? == "linux")
    }
}

//! The C compiler, the built library, and what both make.

use std::path::PathBuf;
use std::process::{Command, Output};

/// The repository's folder; sources are named from there.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A folder with the built library in it, under all the names that compilers and loaders look for.
pub struct Workshop {
    pub folder: tempfile::TempDir,
}

impl Workshop {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["librecoup.so".to_owned(), soname()] {
            std::os::unix::fs::symlink(library(), folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    /// Compiles C sources with every warning an error, and links them with the library.
    pub fn compile(&self, name: &str, sources: &[&str]) -> PathBuf {
        let objects: Vec<PathBuf> =
            (1..).zip(sources).map(|(part, source)| self.object(part, source)).collect();
        let program = self.folder.path().join(name);
        let here = self.folder.path().display();
        run(Command::new("cc")
            .args(words("RECOUP_CFLAGS"))
            .args(objects)
            .arg(format!("-L{here}"))
            .args(["-lrecoup", &format!("-Wl,--disable-new-dtags,-rpath,{here}"), "-o"])
            .arg(&program));
        program
    }

    fn object(&self, part: usize, source: &str) -> PathBuf {
        let object = self.folder.path().join(format!("{part}.o"));
        run(Command::new("cc")
            .current_dir(ROOT)
            .args(["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Iinclude"])
            .args(words("RECOUP_CFLAGS"))
            .args([&format!("-DPART={part}"), "-c", source, "-o"])
            .arg(&object));
        object
    }
}

/// A program that was compiled here, by itself or under the runner in `RECOUP_RUNNER`, such as valgrind.
pub fn program(path: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut runner = words("RECOUP_RUNNER").into_iter();
    let Some(first) = runner.next() else { return Command::new(path) };
    let mut command = Command::new(first);
    command.args(runner).arg(path);
    command
}

/// What an environment variable adds for a special run of these tests; usually nothing.
fn words(variable: &str) -> Vec<String> {
    let text = std::env::var(variable).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Runs a program that must succeed.
pub fn run(command: &mut Command) -> String {
    let program = command.get_program().to_owned();
    let output = output(command);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{program:?}: {}\n{out}{err}", output.status);
    out
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| {
        let program = command.get_program();
        panic!("{program:?} cannot be run ({error}). These tests need a C compiler and binutils, as README.md says")
    })
}

/// The shared library that was built with this test: cargo puts it beside. `RECOUP_LIBRARY` names another build.
pub fn library() -> PathBuf {
    if let Some(other) = std::env::var_os("RECOUP_LIBRARY") {
        return std::path::absolute(other).unwrap();
    }
    let test = std::env::current_exe().unwrap();
    let library = test.with_file_name("librecoup.so");
    assert!(library.exists(), "{} is missing: was the library built?", library.display());
    library
}

/// The name that the loader looks for; build.rs sets it.
pub fn soname() -> String {
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    if major == "0" { format!("librecoup.so.0.{minor}") } else { format!("librecoup.so.{major}") }
}

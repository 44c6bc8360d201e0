//! The new configuration's file. It may contain secrets: only its owner can read it, and nothing that is there is
//! overwritten.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// A file that is not there yet.
pub(super) struct NewFile(PathBuf);

impl NewFile {
    /// # Errors
    /// There is something at this path, or its folder is not there.
    pub(super) fn at(path: PathBuf) -> Result<Self, Failure> {
        // A link that leads nowhere is there as well.
        if path.symlink_metadata().is_ok() {
            return Err(exists(&path));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let problem = format!("there is no folder {}: create it first", folder.display());
            return Err(Failure::Input { path: path.display().to_string(), problem });
        }
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes it, with mode 0600. What could not be written whole is removed again.
    ///
    /// # Errors
    /// Another program has made the file meanwhile, or it cannot be written.
    pub(super) fn write(&self, text: &[u8]) -> Result<(), Failure> {
        let mut options = OpenOptions::new();
        // Fails if there is a file or a link.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.0).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(&self.0),
            _ => self.unwritable(&error),
        })?;
        written(&mut file, text).map_err(|error| {
            // There is still the error to report.
            drop(fs::remove_file(&self.0));
            self.unwritable(&error)
        })
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        let path = self.0.display().to_string();
        Failure::Input { path, problem: format!("cannot be written: {error}") }
    }

    /// Whether the file has another owner than its folder: root may have made it for the server's user.
    #[cfg(unix)]
    pub(super) fn is_foreign_in_its_folder(&self) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let folder =
            self.0.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match (self.0.metadata(), folder.metadata()) {
            (Ok(file), Ok(folder)) => file.uid() != folder.uid(),
            _ => false,
        }
    }

    #[cfg(not(unix))]
    pub(super) const fn is_foreign_in_its_folder(&self) -> bool {
        false
    }
}

fn written(file: &mut File, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.sync_all()
}

fn exists(path: &Path) -> Failure {
    let problem = "is there already, and is never overwritten: edit it, or name another file with --config";
    Failure::Input { path: path.display().to_string(), problem: problem.to_owned() }
}

//! Files by device and inode, and the mark that is lost when SQLite's locks are lost.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};

/// Which file, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    fn new(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }

    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self::new(&std::fs::metadata(path)?))
    }

    /// Whether the path leads to this file; why not.
    pub(super) fn is_at(self, path: &Path) -> Result<(), String> {
        match Self::of(path) {
            Ok(found) if found == self => Ok(()),
            Ok(_) => Err(format!("{} was replaced by another file", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(format!("{} was removed or renamed, or a folder above it was", path.display()))
            }
            Err(error) => Err(format!("{} cannot be looked at any more: {error}", path.display())),
        }
    }
}

/// The files that this process holds. A child of `fork` finds its parent's here, and does not touch them: they are
/// distinguished by the process, and to close one could release locks.
pub(crate) type Registry = Vec<Entry>;

static REGISTRY: Mutex<Registry> = Mutex::new(Vec::new());

pub(crate) fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is held open.
pub(crate) struct Entry {
    process: u32,
    id: FileId,
    file: File,
    /// Opened for the same file by mistake, when it was replaced at that very moment.
    spare: Vec<File>,
    count: usize,
    /// How many of them rely on the mark: SQLite has its locks by then.
    settled: usize,
    mark: Option<mark::Mark>,
    /// Whether the mark was lost while an engine relied on it that still does. SQLite counts its locks for the whole
    /// process, so that an engine that opens the file meanwhile has none either.
    is_lost: bool,
    /// How often that happened.
    losses: u32,
}

/// A share in a file that is held open.
pub(super) struct HeldFile {
    process: u32,
    id: FileId,
    /// The losses of the file that came before.
    losses: u32,
    is_settled: AtomicBool,
}

impl HeldFile {
    /// Holds a file, with a mark on it.
    pub(super) fn new(path: &Path, may_make: bool) -> io::Result<Self> {
        let process = std::process::id();
        let mut registry = registry();
        // First by name: to open it once more, and close it, would release the locks.
        if let Ok(id) = FileId::of(path)
            && let Some(entry) = entry(&mut registry, process, id)
        {
            entry.count += 1;
            entry.look();
            return Ok(entry.share());
        }
        let file =
            File::options().read(true).write(true).create(may_make).truncate(false).mode(0o600).open(path)?;
        let id = FileId::new(&file.metadata()?);
        if !FORKS_ARE_SAFE && registry.iter().any(|entry| entry.id == id && entry.process != process) {
            return Err(io::Error::other(
                "a parent of this process had it open when this process was forked off: open it in the parent after the \
                 fork only, or start another program (exec)",
            ));
        }
        match entry(&mut registry, process, id) {
            Some(entry) => {
                entry.count += 1;
                entry.spare.push(file);
                entry.look();
                Ok(entry.share())
            }
            None => {
                let mark = mark::Mark::place(&file);
                let entry = Entry {
                    process,
                    id,
                    file,
                    spare: Vec::new(),
                    count: 1,
                    settled: 0,
                    mark,
                    is_lost: false,
                    losses: 0,
                };
                let share = entry.share();
                registry.push(entry);
                Ok(share)
            }
        }
    }

    pub(super) const fn id(&self) -> FileId {
        self.id
    }

    /// From here on the mark must stay. It is set again first, where SQLite closed the file in between, unless another
    /// engine relies on it already.
    pub(super) fn settle(&self) {
        if let Some(entry) = entry(&mut registry(), self.process, self.id) {
            entry.look();
            if !self.is_settled.swap(true, Ordering::Relaxed) {
                entry.settled += 1;
            }
        }
    }

    /// The mark may go from here on: SQLite is about to close the file.
    pub(super) fn release(&self) {
        if let Some(entry) = entry(&mut registry(), self.process, self.id) {
            entry.release(&self.is_settled);
        }
    }

    /// Whether the process's locks on the file are in place; why not.
    pub(super) fn is_marked(&self) -> Result<(), String> {
        let mut registry = registry();
        let is_marked = entry(&mut registry, self.process, self.id).is_none_or(|entry| {
            entry.notice();
            self.losses == entry.losses
        });
        if is_marked {
            return Ok(());
        }
        Err("its locks were taken away: something else in this process opened and closed the ledger's file or its -shm, \
             such as another SQLite or a program that copies files (use the engine's backup)"
            .to_owned())
    }
}

impl Drop for HeldFile {
    fn drop(&mut self) {
        let mut registry = registry();
        let Some(place) = registry.iter().position(|entry| entry.is(self.process, self.id)) else { return };
        let Some(entry) = registry.get_mut(place) else { return };
        entry.release(&self.is_settled);
        entry.count -= 1;
        if entry.count == 0 {
            // Under the lock: no thread may open the file again before it is closed.
            drop(registry.swap_remove(place));
        }
    }
}

impl Entry {
    fn is(&self, process: u32, id: FileId) -> bool {
        self.process == process && self.id == id
    }

    /// Whether the mark is in place, as far as the disk shows it.
    fn is_marked(&self) -> bool {
        self.mark.as_ref().is_none_or(|mark| mark.is_on(&self.file))
    }

    /// Checks the mark: a missing one is set again while no engine relies on it, and else counts as lost.
    fn look(&mut self) {
        if self.settled > 0 {
            self.notice();
        } else if self.mark.is_none() || !self.is_marked() {
            self.mark = mark::Mark::place(&self.file);
        }
    }

    /// Notices that the mark is lost, where an engine relies on it.
    fn notice(&mut self) {
        if self.settled > 0 && !self.is_lost && !self.is_marked() {
            self.is_lost = true;
            self.losses = self.losses.wrapping_add(1);
        }
    }

    /// A share in it, which is lost from the beginning where the locks are.
    const fn share(&self) -> HeldFile {
        let losses = if self.is_lost { self.losses.wrapping_sub(1) } else { self.losses };
        HeldFile { process: self.process, id: self.id, losses, is_settled: AtomicBool::new(false) }
    }

    /// An engine no longer relies on the mark. Once none does, SQLite closes the file, and its locks begin at none
    /// again.
    fn release(&mut self, is_settled: &AtomicBool) {
        if is_settled.swap(false, Ordering::Relaxed) {
            self.notice();
            self.settled -= 1;
            self.is_lost &= self.settled > 0;
        }
    }
}

fn entry(registry: &mut Registry, process: u32, id: FileId) -> Option<&mut Entry> {
    registry.iter_mut().find(|entry| entry.is(process, id))
}

/// Whether a child of `fork` can open a ledger that its parent had open: `src/ffi/fork.rs` makes it possible.
const FORKS_ARE_SAFE: bool = cfg!(all(feature = "capi", target_os = "linux", target_pointer_width = "64"));

fn chance() -> Option<i64> {
    let mut bytes = [0; 4];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(i64::from(u32::from_le_bytes(bytes)))
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod mark {
    use std::fs::File;

    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;

    /// Behind all that SQLite locks or writes.
    const FIRST_BYTE: i64 = 1 << 41;

    /// How many other processes' marks may be in the way.
    const TRIES: usize = 8;

    /// A lock of the process on one byte.
    pub(super) struct Mark {
        byte: i64,
    }

    impl Mark {
        /// `None` where the disk has no such locks, or does not show them.
        pub(super) fn place(file: &File) -> Option<Self> {
            (0..TRIES).find_map(|_| {
                let mark = Self { byte: FIRST_BYTE + super::chance()? };
                fcntl(file, FcntlArg::F_SETLK(&mark.lock()?)).ok()?;
                mark.is_on(file).then_some(mark)
            })
        }

        pub(super) fn is_on(&self, file: &File) -> bool {
            let Some(mut found) = self.lock() else { return true };
            if fcntl(file, FcntlArg::F_OFD_GETLK(&mut found)).is_err() {
                return true;
            }
            let free = i16::try_from(libc::F_UNLCK).unwrap_or(2);
            found.l_type != free && u32::try_from(found.l_pid) == Ok(std::process::id())
        }

        fn lock(&self) -> Option<libc::flock> {
            Some(libc::flock {
                l_type: i16::try_from(libc::F_WRLCK).ok()?,
                l_whence: i16::try_from(libc::SEEK_SET).ok()?,
                l_start: self.byte,
                l_len: 1,
                l_pid: 0,
            })
        }
    }
}

/// No other owner can ask here: only names are checked.
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
mod mark {
    use std::fs::File;

    pub(super) struct Mark;

    impl Mark {
        pub(super) fn place(_: &File) -> Option<Self> {
            let _ = super::chance;
            None
        }

        pub(super) const fn is_on(&self, _: &File) -> bool {
            true
        }
    }
}

//! The folders in which programs are compiled, and the sweeping of what is no longer needed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// How much is kept of what was said and made before: more than a run of everything makes.
const KEPT: [(&str, usize); 5] = [
    ("verdicts", 10_000),
    ("fates", 40_000),
    ("audits", 1_000),
    ("types", 1_000),
    ("libraries", 32),
];

const DAY: Duration = Duration::from_hours(24);

/// A folder of this judge's own. It goes when this does; if the judge is ended, the next one removes it.
#[derive(Debug)]
pub struct Units {
    folder: PathBuf,
    /// Locked as long as the judge lives, however it ends.
    lock: Option<File>,
    next: AtomicU64,
}

impl Units {
    /// Makes the folder, below `target`, and removes those of judges that live no more.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn open(target: &Path) -> io::Result<Self> {
        let all = target.join("units");
        for entry in fs::read_dir(&all).into_iter().flatten().flatten() {
            if is_left(&entry.path()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let name = format!("{}-{}", std::process::id(), crate::child::nonce());
        let folder = all.join(name);
        fs::create_dir_all(&folder)?;
        // Under its name only when it is locked: another judge takes one that is not for one that was left.
        let draft = folder.join("new");
        let lock = File::create(&draft)?;
        lock.lock()?;
        fs::rename(draft, folder.join("lock"))?;
        Ok(Self { folder, lock: Some(lock), next: AtomicU64::new(0) })
    }

    /// A folder in it that nobody else has.
    pub fn next(&self) -> PathBuf {
        // Relaxed: the numbers only have to differ.
        self.folder.join(self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }
}

impl Drop for Units {
    fn drop(&mut self) {
        // Windows removes no file that is open.
        self.lock = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Does the folder belong to a judge that lives no more? One without a lock is just being made, or a day old.
fn is_left(folder: &Path) -> bool {
    match File::options().write(true).open(folder.join("lock")) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => age(folder).is_some_and(|age| age > DAY),
    }
}

fn age(path: &Path) -> Option<Duration> {
    fs::metadata(path).and_then(|data| data.modified()).ok()?.elapsed().ok()
}

/// Once a day, removes the oldest of what is kept, if it has become much. Nobody else uses the folder meanwhile.
pub fn sweep(target: &Path) {
    let mark = target.join("swept");
    if age(&mark).is_some_and(|age| age < DAY) {
        return;
    }
    // That it cannot be written is no harm: the next judge sweeps.
    let _ = fs::write(mark, "");
    for (name, kept) in KEPT {
        keep_newest(&target.join(name), kept);
    }
}

fn keep_newest(folder: &Path, kept: usize) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified());
    let mut all: Vec<(SystemTime, PathBuf)> = entries
        .map(|entry| (time(&entry.path()).unwrap_or(SystemTime::UNIX_EPOCH), entry.path()))
        .collect();
    all.sort_unstable_by(|left, right| right.cmp(left));
    for (_, path) in all.drain(..).skip(kept) {
        // What cannot be removed now is removed another day.
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
}

#[cfg(test)]
mod tests {
    use super::{Units, keep_newest};
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::time::{Duration, SystemTime};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn folder_of_a_judge_that_lives_stays_and_of_one_that_does_not_goes() {
        let target = folder("units");
        let lives = Units::open(&target).unwrap();
        fs::create_dir_all(lives.next()).unwrap();
        let mut ended = Units::open(&target).unwrap();
        // As when the process is ended: the lock goes, and the folder stays.
        ended.lock = None;
        let left = ended.folder.clone();
        std::mem::forget(ended);
        let next = Units::open(&target).unwrap();
        assert!(lives.folder.is_dir() && next.folder.is_dir() && !left.is_dir());
        drop((lives, next));
        assert_eq!(fs::read_dir(target.join("units")).unwrap().count(), 0);
        fs::remove_dir_all(&target).unwrap();
    }

    #[test]
    fn the_oldest_go_first() {
        let folder = folder("kept");
        for number in 0..9_u64 {
            let file = File::create(folder.join(number.to_string())).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(number)).unwrap();
        }
        keep_newest(&folder, 2);
        let mut left: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["7", "8"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}

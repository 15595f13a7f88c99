//! Small files that are for their owner alone, and are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file that only its owner can read, in the place of the one before. A crash at any
/// moment leaves the one or the other, and never a part of one.
///
/// # Errors
/// What the file system says; then the file is as it was.
pub fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    // What a crash left half written; also, only a file that is made here has the rights that it
    // should have.
    match fs::remove_file(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut written = create(new)?;
    written.write_all(content)?;
    written.sync_all()?;
    drop(written);
    fs::rename(new, file)?;
    sync_folder(file)
}

/// Makes a new file that only its owner can read.
///
/// # Errors
/// When it is there already, or what the file system says.
pub fn create(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Makes sure that the new name outlives a power cut too.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        // A crash left this behind, for everybody to read.
        fs::write(folder.path().join("secret.new"), "ha").expect("it writes");
        for content in ["a longer first text", "short"] {
            write(&file, content.as_bytes()).expect("it is written");
            assert_eq!(fs::read_to_string(&file).expect("it reads"), content);
            #[cfg(unix)]
            {
                let mode = std::os::unix::fs::PermissionsExt::mode(
                    &fs::metadata(&file).expect("it is there").permissions(),
                );
                assert_eq!(mode & 0o777, 0o600);
            }
        }
        assert_eq!(
            fs::read_dir(folder.path()).expect("a folder").count(),
            1,
            "nothing is left beside it"
        );
        assert!(write(&folder.path().join("none/secret"), b"x").is_err());
    }
}

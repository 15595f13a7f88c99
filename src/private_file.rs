//! Small files with owner-only permissions, replaced atomically.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file atomically with one that only its owner can read. After a crash there is either
/// the old file or the new one.
///
/// # Errors
/// I/O errors. The old file may still be there then, or the new one if only the last sync failed.
pub fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    // A crash may have left a partial file, possibly with other permissions.
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

/// Creates a folder that only its owner can enter, with those above it, unless it is there.
///
/// # Errors
/// I/O errors.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Creates a file that only its owner can read.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and other I/O errors.
pub fn create(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Makes the rename durable.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_atomically_and_is_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        // Left by a crash, with the default permissions.
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
            "no temporary file is left"
        );
        assert!(write(&folder.path().join("none/secret"), b"x").is_err());
    }
}

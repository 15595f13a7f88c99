//! Settings from the file `.env` in the working folder.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Adds the file's settings to the environment, without overwriting variables. A missing file is no
/// error. Parent folders are not searched.
///
/// # Errors
/// A message without any content of the file, which may be a password.
pub(super) fn load(file: &Path) -> Result<(), String> {
    let shown = file.display();
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{shown} cannot be read: {error}")),
    };
    let mut lines = Lines { file: BufReader::new(opened), rest: Vec::new(), count: 0 };
    dotenvy::from_read(&mut lines).map_err(|error| match error {
        dotenvy::Error::LineParse(text, _) => {
            // After an unclosed quote, the text contains the lines that follow too.
            let following = text.trim_end_matches('\n').matches('\n').count();
            let line = lines.count.saturating_sub(following);
            format!(
                "{shown}: line {line} cannot be read. Write NAME=value; put single quotes around \
                 a value with spaces, # or $ in it"
            )
        }
        dotenvy::Error::Io(error) => format!("{shown} cannot be read: {error}"),
        _ => format!("{shown} cannot be read"),
    })
}

/// Reads a file line by line and counts the lines.
struct Lines {
    file: BufReader<File>,
    /// The unread part of the current line.
    rest: Vec<u8>,
    count: usize,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() && self.file.read_until(b'\n', &mut self.rest)? > 0 {
            self.count += 1;
        }
        let length = self.rest.len().min(buffer.len());
        let given: Vec<u8> = self.rest.drain(..length).collect();
        for (place, byte) in buffer.iter_mut().zip(given) {
            *place = byte;
        }
        Ok(length)
    }
}

//! Settings from the file `.env` of the working folder.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Puts the file's settings into the environment, where they are not set there already. No file is
/// fine.
///
/// Only this very folder is looked at: a file further up belongs to something else.
///
/// # Errors
/// A sentence. What the file says is not in it, because that may be a password.
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
            // A quote that is left open takes the lines after it along.
            let line = lines.count.saturating_sub(text.trim_end_matches('\n').matches('\n').count());
            format!("{shown}: line {line} cannot be read. Write NAME=value; put single quotes around a value with spaces, # or $ in it")
        }
        dotenvy::Error::Io(error) => format!("{shown} cannot be read: {error}"),
        _ => format!("{shown} cannot be read"),
    })
}

/// Gives a file out by one line at a time, and counts them.
struct Lines {
    file: BufReader<File>,
    /// What is left of the line that is being given out.
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

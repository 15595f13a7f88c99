//! Settings from the file `.env` in the working folder.

use std::io::{self, BufRead, Read};
use std::path::Path;

/// Adds the file's settings to the environment, without overwriting variables. A missing file is no
/// error. Parent folders are not searched. No value is expanded: a `$` that would be is an error,
/// because a password with one would silently become another.
///
/// # Errors
/// A message without any content of the file, which may be a password.
pub(super) fn load(file: &Path) -> Result<(), String> {
    let shown = file.display();
    let content = match std::fs::read(file) {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{shown} cannot be read: {error}")),
    };
    if let Some(line) = expanded_line(&String::from_utf8_lossy(&content)) {
        return Err(format!(
            "{shown}: line {line} has a $ that would be replaced by the value of a variable. Put \
             single quotes around the whole value, NAME='value', or write \\$. Nothing was read"
        ));
    }
    let mut lines = Lines { file: &content, rest: Vec::new(), count: 0 };
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

/// The number of the first line with a `$` that `dotenvy` expands: outside single quotes and
/// comments, and without a backslash before it.
fn expanded_line(text: &str) -> Option<usize> {
    enum At {
        Value,
        Single,
        Double,
        Comment,
    }
    let (mut at, mut escaped, mut before, mut line) = (At::Value, false, '\n', 1);
    for c in text.chars() {
        match (&at, c) {
            _ if escaped => escaped = false,
            (At::Single, '\'') | (At::Double, '"') => at = At::Value,
            (At::Single, _) => {}
            (At::Comment, '\n') => at = At::Value,
            (At::Comment, _) => {}
            (At::Value | At::Double, '\\') => escaped = true,
            (At::Value | At::Double, '$') => return Some(line),
            (At::Value, '\'') => at = At::Single,
            (At::Value, '"') => at = At::Double,
            (At::Value, '#') if before.is_whitespace() => at = At::Comment,
            (At::Value | At::Double, _) => {}
        }
        line += usize::from(c == '\n');
        before = c;
    }
    None
}

/// Reads a file line by line and counts the lines.
struct Lines<'a> {
    file: &'a [u8],
    /// The unread part of the current line.
    rest: Vec<u8>,
    count: usize,
}

impl Read for Lines<'_> {
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

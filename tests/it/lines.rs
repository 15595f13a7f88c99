//! What is logged, line by line.

use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// The lines of one thread. A test's server runs on the thread of the test.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Takes down every line that this thread logs, for as long as the guard lives. Without the
    /// time: sooner or later it has the digits of a key in it.
    pub fn listen(&self) -> tracing::subscriber::DefaultGuard {
        // One subscriber for the whole process, which may fail from the second time on. Without any,
        // another test's thread can mark a call site as never wanted while this one begins.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        let lines = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(self.clone());
        tracing::subscriber::set_default(lines.finish())
    }

    /// Everything so far.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no test panics with it").clone()).expect("text")
    }

    /// The lines so far that have these words in them.
    pub fn with(&self, words: &str) -> Vec<String> {
        self.text().lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
    }

    /// Forgets everything so far.
    pub fn clear(&self) {
        self.0.lock().expect("no test panics with it").clear();
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

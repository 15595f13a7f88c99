//! Saves the sandbox's state to a file, so that links of the desk still work after a restart of
//! both, as they would at Empego.

use super::Sandbox;
use super::state::State;
use crate::private_file;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The file, and the revision of the state in it.
pub(super) struct StateFile {
    file: PathBuf,
    /// [`State::revision`] of the content.
    written: Mutex<u64>,
}

impl StateFile {
    /// Opens the file and reads the state. A missing file gives an empty state, and so does an
    /// unreadable one, which is renamed and kept.
    pub(super) fn open(file: PathBuf) -> (Self, State) {
        let state = match std::fs::read(&file) {
            Ok(json) => State::from_json(&json).unwrap_or_else(|problem| {
                set_aside(&file, &problem);
                State::default()
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => State::default(),
            Err(error) => {
                set_aside(&file, &error.to_string());
                State::default()
            }
        };
        (Self { file, written: Mutex::new(state.revision()) }, state)
    }
}

fn set_aside(file: &Path, problem: &str) {
    let mut aside = file.as_os_str().to_owned();
    aside.push(".broken");
    let renamed = std::fs::rename(file, &aside);
    tracing::warn!(
        file = %file.display(), problem,
        kept_as = renamed.is_ok().then(|| aside.display().to_string()),
        "what the sandbox kept cannot be read: it starts empty, and links from before do not work; \
         create the consultations again"
    );
}

impl Sandbox {
    /// Waits until all changes so far are in the file, if there is one. Called before the change is
    /// acknowledged.
    pub(super) async fn save(&self) {
        if self.inner.state_file.is_none() {
            return;
        }
        let sandbox = self.clone();
        // Disk access blocks, so it runs on a blocking thread.
        if let Err(error) = tokio::task::spawn_blocking(move || sandbox.write()).await {
            tracing::warn!(%error, "the sandbox's state was not saved");
        }
    }

    fn write(&self) {
        let Some(state_file) = &self.inner.state_file else { return };
        // One writer at a time. The state is read after the lock is taken, so one write also covers
        // the changes of all callers that wait for it.
        let mut written = state_file.written.lock().unwrap_or_else(PoisonError::into_inner);
        let (revision, json) = {
            let state = self.state();
            if state.revision() == *written {
                return;
            }
            (state.revision(), state.to_json())
        };
        match json
            .map_err(std::io::Error::from)
            .and_then(|json| private_file::write(&state_file.file, &json))
        {
            Ok(()) => *written = revision,
            Err(error) => tracing::warn!(
                %error, file = %state_file.file.display(),
                "the sandbox's state was not saved: links made since will not work after a restart"
            ),
        }
    }
}

//! Keeps what the sandbox knows in a file, where it is told to: a desk that is started again still
//! finds at the sandbox what it has links for, as it would at Empego.

use super::Sandbox;
use super::state::State;
use crate::private_file;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The file, and how much of what happened is in it.
pub(super) struct Keeper {
    file: PathBuf,
    /// [`State::changes`] of what is in the file.
    written: Mutex<u64>,
}

impl Keeper {
    /// What the file says, and the keeper of it. No file is an empty sandbox; so is one that does
    /// not read, which is set aside for somebody to look at.
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
        (Self { file, written: Mutex::new(state.changes()) }, state)
    }
}

fn set_aside(file: &std::path::Path, problem: &str) {
    let mut aside = file.as_os_str().to_owned();
    aside.push(".broken");
    let kept = std::fs::rename(file, &aside);
    tracing::warn!(
        file = %file.display(), problem, kept_as = kept.is_ok().then(|| aside.display().to_string()),
        "what the sandbox kept cannot be read: it begins empty, and links made before do not start. Issue consultations anew"
    );
}

impl Sandbox {
    /// Waits until all that happened so far is in the file, where there is one. Called before the
    /// answer to whoever made it happen.
    pub(super) async fn keep(&self) {
        if self.inner.keeper.is_none() {
            return;
        }
        let sandbox = self.clone();
        // The disk is waited for on a thread of its own.
        if let Err(error) = tokio::task::spawn_blocking(move || sandbox.write()).await {
            tracing::warn!(%error, "the sandbox could not keep what it knows");
        }
    }

    fn write(&self) {
        let Some(keeper) = &self.inner.keeper else { return };
        // One writes at a time, and what is looked at after the turn has come is as new as anything
        // that waits behind.
        let mut written = keeper.written.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, json) = {
            let state = self.state();
            if state.changes() == *written {
                return;
            }
            (state.changes(), state.to_json())
        };
        match json
            .map_err(std::io::Error::from)
            .and_then(|json| private_file::write(&keeper.file, &json))
        {
            Ok(()) => *written = changes,
            Err(error) => tracing::warn!(
                %error, file = %keeper.file.display(),
                "the sandbox could not keep what it knows: it goes on, and after a restart links made since do not start"
            ),
        }
    }
}

//! The question before something is done that empties Empego's page in the frame.

use crate::i18n::LeaveWords;
use crate::model::language::Language;
use crate::model::visit::{LEAVE_DIALOG, LEAVE_GO_ON};
use leptos::prelude::*;

/// The dialog, closed. The island of the frame opens it.
#[component]
pub fn LeaveDialog(language: Language) -> impl IntoView {
    let words = LeaveWords::of(language);
    view! {
        <dialog id=LEAVE_DIALOG aria-labelledby="leave-title" aria-describedby="leave-text">
            <h2 id="leave-title">{words.title}</h2>
            <p id="leave-text">{words.text}</p>
            <form method="dialog" class="actions">
                <button class="primary">{words.stay}</button>
                <button value=LEAVE_GO_ON>{words.go_on}</button>
            </form>
        </dialog>
    }
}

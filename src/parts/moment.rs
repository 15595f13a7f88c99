//! Moments on a page: read in the site's own time, with the exact time for programs.

use super::patient;
use crate::i18n::time;
use crate::web::page::Page;
use leptos::prelude::*;

/// A moment (Unix milliseconds) as staff read it.
pub fn moment(page: &Page, at: i64) -> impl IntoView + use<> {
    view! { <time datetime=time::machine(at)>{page.moment(at)}</time> }
}

/// A time to the second with its offset from UTC: for logs and reports.
pub fn exact(page: &Page, at: i64) -> AnyView {
    let shown = time::exact(&page.zone(), at);
    view! { <time datetime=time::machine(at)>{shown}</time> }.into_any()
}

/// A sentence with a moment in the place of its `{when}`, and behind it a name in that of
/// `{name}`.
pub fn with_moment_by(page: &Page, sentence: &str, at: i64, name: &str) -> impl IntoView + use<> {
    let [before, moment, after] = page.sentence_parts(sentence, at);
    let after = patient::named(&after, name);
    view! { {before}<time datetime=time::machine(at)>{moment}</time>{after} }
}

/// A sentence with a moment in the place of its `{when}`.
pub fn with_moment(page: &Page, sentence: &str, at: i64) -> impl IntoView + use<> {
    let [before, moment, after] = page.sentence_parts(sentence, at);
    view! { {before}<time datetime=time::machine(at)>{moment}</time>{after} }
}

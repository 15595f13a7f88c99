//! The lists: their search field, their tables, and the links between their pages.

use super::notice::Notice;
use crate::model::forms::SEARCH_LENGTH;
use crate::web::lists::Pages;
use crate::web::page::Page;
use leptos::prelude::*;

/// A table with one header row. The roles repeat what the elements mean: on narrow screens the
/// style shows rows as blocks, and browsers then drop the meaning.
pub fn table<const N: usize>(
    class: Option<&'static str>,
    caption: &'static str,
    columns: [&'static str; N],
    rows: impl IntoView + 'static,
) -> impl IntoView {
    let columns = columns.map(|column| view! { <th role="columnheader" scope="col">{column}</th> });
    view! {
        <table role="table" class=class>
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup">
                <tr role="row">{columns}</tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

/// Links to the first and the next page of a list.
#[component]
pub fn Pager(
    page: Page,
    pages: Pages,
    /// The label of the link to the first page.
    first: &'static str,
    /// The label of the link to the next page.
    next: &'static str,
) -> impl IntoView {
    let link = |rel: &'static str, label: &'static str| {
        move |href: String| {
            view! {
                <a class="button" rel=rel href=href>{label}</a>
            }
        }
    };
    view! {
        <nav class="pager" aria-label=page.words().pages>
            {pages.first.map(link("first", first))}
            {pages.next.map(link("next", next))}
        </nav>
    }
}

/// Says that the words of the search in the address cannot be read, so that a whole list is not
/// taken for what a search found.
pub fn lost_search(page: &Page, lost: bool) -> Option<impl IntoView + use<>> {
    let words = page.words();
    lost.then(|| {
        view! {
            <Notice kind="warning" title=words.search_lost role="status">
                <p>{words.search_lost_text}</p>
            </Notice>
        }
    })
}

/// The search field of the lists of consultations.
#[component]
pub fn SearchField(
    page: Page,
    /// The words that the list is filtered by.
    value: Option<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for="search">{page.words().search_label}</label>
            <input
                id="search"
                name="search"
                type="search"
                autocomplete="off"
                spellcheck="false"
                maxlength=SEARCH_LENGTH.to_string()
                value=value.unwrap_or_default()
            />
        </div>
    }
}

//! The copy button.

#![allow(missing_docs, reason = "the macro makes an undocumented struct of the island's properties")]

use leptos::prelude::*;

/// Around anything with `<button data-copy="id">`: copies the value of the input with that id, and says so on the button.
/// Listens around the buttons, not on them, so that they may be replaced under it.
#[island]
pub fn CopyLink(
    /// What the button says for a moment after.
    copied: String,
    /// What is around the buttons.
    children: Children,
) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        hydrated::press(&event, &copied);
        let _ = (&event, &copied);
    };
    view! { <div on:click=press>{children()}</div> }
}

#[cfg(feature = "hydrate")]
mod hydrated {
    use leptos::prelude::{document, set_timeout, window};
    use leptos::task::spawn_local;
    use std::time::Duration;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Element, HtmlInputElement};

    /// How long the button says that it copied.
    const SAYS_SO: Duration = Duration::from_secs(2);

    pub(super) fn press(event: &leptos::ev::MouseEvent, copied: &str) -> Option<()> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let button = target.closest("button[data-copy]").ok()??;
        let input: HtmlInputElement = document().get_element_by_id(&button.get_attribute("data-copy")?)?.dyn_into().ok()?;
        let copied = copied.to_owned();
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            let done = JsFuture::from(clipboard.write_text(&input.value())).await;
            // Without permission the text is at least selected, ready for the keyboard.
            input.select();
            if done.is_ok() {
                let before = button.text_content();
                if before.as_deref() == Some(copied.as_str()) {
                    return;
                }
                button.set_text_content(Some(&copied));
                set_timeout(move || button.set_text_content(before.as_deref()), SAYS_SO);
            }
        });
        Some(())
    }
}

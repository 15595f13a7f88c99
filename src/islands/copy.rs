//! Copy buttons.

use leptos::prelude::*;

/// Handles each `<button data-copy="id">` among its children: copies the value of the input or text
/// area with that id, and shows and announces it. The listener is on the parent, so that the
/// buttons may be replaced.
#[island]
pub fn CopyLink(
    /// The button's label for two seconds after copying.
    copied: String,
    children: Children,
) -> impl IntoView {
    let status = RwSignal::new(String::new());
    let on_click = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        hydrated::on_click(&event, &copied, status);
        let _ = (&event, &copied);
    };
    view! {
        <div on:click=on_click>{children()}</div>
        <p class="visually-hidden" role="status">{move || status.get()}</p>
    }
}

#[cfg(feature = "hydrate")]
pub(super) mod hydrated {
    use crate::islands::browser::property;
    use leptos::prelude::{RwSignal, Set, document, set_timeout, window};
    use leptos::task::spawn_local;
    use std::time::Duration;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Clipboard, Element, HtmlInputElement};

    /// How long the button shows that the text was copied.
    const FEEDBACK: Duration = Duration::from_secs(2);

    /// Copies the text that the clicked button names.
    pub(in crate::islands) fn on_click(
        event: &leptos::ev::MouseEvent,
        copied: &str,
        status: RwSignal<String>,
    ) -> Option<()> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let button = target.closest("button[data-copy]").ok()??;
        // Unchecked, because a text area is no input but has the same `value` and `select`.
        let input: HtmlInputElement =
            document().get_element_by_id(&button.get_attribute("data-copy")?)?.unchecked_into();
        let copied = copied.to_owned();
        // If copying fails, the text is selected for copying with the keyboard.
        input.select();
        spawn_local(async move {
            if copy(&input.value()).await {
                show_feedback(&button, copied, status);
            }
        });
        Some(())
    }

    /// Copies the selected text. Pages over plain http, as on a clinic's network, have no clipboard
    /// API, so `execCommand` is used there.
    async fn copy(text: &str) -> bool {
        match property(&window().navigator(), "clipboard") {
            Some(clipboard) => {
                JsFuture::from(clipboard.unchecked_into::<Clipboard>().write_text(text))
                    .await
                    .is_ok()
            }
            None => {
                let command = property(&document(), "execCommand")
                    .and_then(|command| command.dyn_into::<js_sys::Function>().ok());
                command.is_some_and(|command| {
                    command.call1(&document(), &"copy".into()).is_ok_and(|done| done.is_truthy())
                })
            }
        }
    }

    fn show_feedback(button: &Element, copied: String, status: RwSignal<String>) {
        let label = button.text_content();
        if label.as_deref() == Some(copied.as_str()) {
            return;
        }
        button.set_text_content(Some(&copied));
        status.set(copied);
        let button = button.clone();
        set_timeout(
            move || {
                button.set_text_content(label.as_deref());
                status.set(String::new());
            },
            FEEDBACK,
        );
    }
}

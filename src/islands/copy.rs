//! The copy button.

use leptos::prelude::*;

/// Around anything with `<button data-copy="id">`: copies the value of the input or text area with
/// that id, says so on the button, and to those who do not see it. Listens around the buttons, not
/// on them, so that they may be replaced under it.
#[island]
pub fn CopyLink(
    /// What the button says for a moment after.
    copied: String,
    /// What is around the buttons.
    children: Children,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let press = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        hydrated::press(&event, &copied, said);
        let _ = (&event, &copied);
    };
    view! {
        <div on:click=press>{children()}</div>
        <p class="visually-hidden" role="status">{move || said.get()}</p>
    }
}

#[cfg(feature = "hydrate")]
pub(super) mod hydrated {
    use crate::islands::browser::member;
    use leptos::prelude::{RwSignal, Set, document, set_timeout, window};
    use leptos::task::spawn_local;
    use std::time::Duration;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Clipboard, Element, HtmlInputElement};

    /// How long the button says that it copied.
    const SAYS_SO: Duration = Duration::from_secs(2);

    /// Copies what the pressed button is for.
    pub(in crate::islands) fn press(
        event: &leptos::ev::MouseEvent,
        copied: &str,
        said: RwSignal<String>,
    ) -> Option<()> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let button = target.closest("button[data-copy]").ok()??;
        // Unchecked: a text area is no input, and has the same `value` and `select`.
        let input: HtmlInputElement =
            document().get_element_by_id(&button.get_attribute("data-copy")?)?.unchecked_into();
        let copied = copied.to_owned();
        // Whatever becomes of it, the text is selected, ready for the keyboard.
        input.select();
        spawn_local(async move {
            if copy(&input.value()).await {
                say(&button, copied, said);
            }
        });
        Some(())
    }

    /// Copies a text that is selected. Browsers have no clipboard for pages over plain http, as on
    /// a clinic's own network: there the old command does it.
    async fn copy(text: &str) -> bool {
        match member(&window().navigator(), "clipboard") {
            Some(clipboard) => {
                JsFuture::from(clipboard.unchecked_into::<Clipboard>().write_text(text))
                    .await
                    .is_ok()
            }
            None => {
                let command = member(&document(), "execCommand")
                    .and_then(|command| command.dyn_into::<js_sys::Function>().ok());
                command.is_some_and(|command| {
                    command.call1(&document(), &"copy".into()).is_ok_and(|done| done.is_truthy())
                })
            }
        }
    }

    fn say(button: &Element, copied: String, said: RwSignal<String>) {
        let before = button.text_content();
        if before.as_deref() == Some(copied.as_str()) {
            return;
        }
        button.set_text_content(Some(&copied));
        said.set(copied);
        let button = button.clone();
        set_timeout(
            move || {
                button.set_text_content(before.as_deref());
                said.set(String::new());
            },
            SAYS_SO,
        );
    }
}

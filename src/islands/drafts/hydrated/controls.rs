//! The controls of a form: which were changed, and to what.

use crate::islands::browser::{property, set_property};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlFormElement, UrlSearchParams};

/// One control. Its properties are read by name: inputs, lists and text areas share them.
struct Control {
    element: JsValue,
    kind: String,
    name: String,
}

impl Control {
    /// `None` for what is no entry, and for what must not be kept: passwords and keys.
    fn of(element: JsValue) -> Option<Self> {
        let text = |name: &str| property(&element, name)?.as_string();
        let (kind, name) = (text("type")?, text("name").filter(|name| !name.is_empty())?);
        let is_entry = !matches!(
            kind.as_str(),
            "password" | "file" | "submit" | "button" | "reset" | "image" | "fieldset" | "output"
        );
        is_entry.then_some(Self { element, kind, name })
    }

    fn text(&self, name: &str) -> String {
        property(&self.element, name).and_then(|text| text.as_string()).unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        property(&self.element, name).is_some_and(|value| value.is_truthy())
    }

    fn is_choice(&self) -> bool {
        matches!(self.kind.as_str(), "checkbox" | "radio")
    }

    /// The key of its entry: of several choices, each has one.
    fn key(&self) -> String {
        match self.is_choice() {
            true => format!("{}={}", self.name, self.text("value")),
            false => self.name.clone(),
        }
    }

    fn value(&self) -> String {
        match self.is_choice() {
            true => u8::from(self.is("checked")).to_string(),
            false => self.text("value"),
        }
    }

    /// Whether it differs from what the page came with. A hidden one is never the user's doing.
    fn is_changed(&self) -> bool {
        match self.kind.as_str() {
            "hidden" => false,
            "checkbox" | "radio" => self.is("checked") != self.is("defaultChecked"),
            "select-one" => self.has_other_option().unwrap_or(false),
            _ => self.text("value") != self.text("defaultValue"),
        }
    }

    fn has_other_option(&self) -> Option<bool> {
        let options = js_sys::Array::from(&property(&self.element, "options")?);
        let is_default =
            |option: JsValue| property(&option, "defaultSelected").is_some_and(|is| is.is_truthy());
        let default = options.iter().position(is_default).unwrap_or_default();
        let chosen = property(&self.element, "selectedIndex")?.as_f64()?;
        Some(u32::try_from(default).map(f64::from) != Ok(chosen))
    }

    fn set(&self, value: &str) {
        let (name, value) = match self.is_choice() {
            true => ("checked", JsValue::from_bool(value == "1")),
            false => ("value", JsValue::from_str(value)),
        };
        set_property(self.element.unchecked_ref(), name, &value);
    }
}

fn controls(form: &HtmlFormElement) -> impl Iterator<Item = Control> {
    js_sys::Array::from(&form.elements()).into_iter().filter_map(Control::of)
}

/// The entries that the user changed, with the hidden ones, URL-encoded; or all of them, on a page
/// that shows the entries of a form. `None` where nothing was changed.
pub(super) fn entries(form: &HtmlFormElement, all: bool) -> Option<String> {
    let entries = UrlSearchParams::new().ok()?;
    let mut any = all;
    for control in controls(form) {
        let changed = control.is_changed();
        any |= changed;
        if all || changed || control.kind == "hidden" {
            entries.append(&control.key(), &control.value());
        }
    }
    any.then(|| String::from(entries.to_string()))
}

/// Writes entries into the form's controls, and tells whether it did. Not where something else was
/// typed before this script ran: two people's details must not mix.
pub(super) fn restore(form: &HtmlFormElement, entries: &str) -> bool {
    let Ok(entries) = UrlSearchParams::new_with_str(entries) else { return false };
    let is_other =
        |it: &Control| it.is_changed() && entries.get(&it.key()).as_ref() != Some(&it.value());
    if controls(form).any(|control| is_other(&control)) {
        return false;
    }
    for control in controls(form) {
        if let Some(value) = entries.get(&control.key()) {
            control.set(&value);
        }
    }
    true
}

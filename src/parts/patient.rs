//! What tells patients apart: name, date of birth with age, and number. Every place where a patient
//! is shown or chosen takes it from here.

use crate::i18n::{identity, states, time};
use crate::model::language::Language;
use crate::model::patient::{Identifier, Patient};
use crate::web::page::Page;
use leptos::prelude::*;

/// How much of a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// As on the card.
    Whole,
    /// The last four characters, for lists.
    Masked,
}

/// A person's name as given, isolated: its direction changes nothing around it.
pub fn name(first_name: &str, last_name: &str) -> impl IntoView + use<> {
    view! { <bdi>{format!("{first_name} {last_name}").trim().to_owned()}</bdi> }
}

/// A text with a name in the place of `{name}`, isolated as in [`name`].
pub fn named(text: &str, name: &str) -> impl IntoView + use<> {
    placed(text, "{name}", name)
}

/// The same for another placeholder, such as `{site}`.
pub fn placed(text: &str, placeholder: &str, value: &str) -> impl IntoView + use<> {
    with_views(text, [(placeholder, name_view(value))])
}

/// A name as a view for [`with_views`], isolated.
pub fn name_view(name: &str) -> AnyView {
    view! { <bdi>{name.to_owned()}</bdi> }.into_any()
}

/// A text with views in the places of these placeholders, each once, in the text's order.
pub fn with_views<const N: usize>(text: &str, places: [(&str, AnyView); N]) -> Vec<AnyView> {
    let at = |(placeholder, view): (&str, AnyView)| {
        text.find(placeholder).map(|at| (at, placeholder.len(), view))
    };
    let mut places: Vec<_> = places.into_iter().filter_map(at).collect();
    places.sort_by_key(|(at, ..)| *at);
    let part =
        |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned().into_any();
    let (mut parts, mut done) = (Vec::new(), 0);
    for (at, length, view) in places {
        parts.extend([part(done..at), view]);
        done = at + length;
    }
    parts.push(part(done..text.len()));
    parts
}

/// A name isolated by characters (Unicode FSI and PDI), where HTML allows no element: in a title
/// and in an `option`.
#[must_use]
pub fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// Who a patient is: `LAST, First · date of birth, age · number`. Parts that are not on record are
/// left out.
pub fn identity_strip(page: &Page, patient: &Patient, number: Number) -> impl IntoView + use<> {
    let comma = (!patient.first_name.is_empty() && !patient.last_name.is_empty()).then_some(", ");
    let family = (!patient.last_name.is_empty())
        .then(|| view! { <span class="family">{patient.last_name.clone()}</span> });
    let facts =
        told_apart(page, patient.date_of_birth.as_deref(), patient.identifiers.first(), number);
    view! {
        <span class="identity">
            <bdi>{family}{comma}{patient.first_name.clone()}</bdi>
            {facts.map(|facts| view! { " · "{facts} })}
        </span>
    }
}

/// What stands behind a name: `date of birth, age · number`. `None` where neither is on record.
pub fn told_apart(
    page: &Page,
    date_of_birth: Option<&str>,
    identifier: Option<&Identifier>,
    number: Number,
) -> Option<impl IntoView + use<>> {
    let language = page.language();
    if date_of_birth.is_none() && identifier.is_none() {
        return None;
    }
    let born = date_of_birth.map(|born| {
        let age = identity::age(language, born, page.today());
        let age = age.map(|age| format!(", {age}")).unwrap_or_default();
        view! { <span>{format!("{}{age}", time::day(language, born))}</span> }
    });
    let between = (date_of_birth.is_some() && identifier.is_some()).then_some(" · ");
    let mark = identifier.map(|identifier| number_of(language, identifier, number));
    Some(view! { <small>{born}{between}{mark}</small> })
}

/// A number, with its type as a tooltip.
fn number_of(language: Language, identifier: &Identifier, number: Number) -> impl IntoView + use<> {
    let kind = states::identifier_type(language, identifier.kind);
    // A masked one is short, and stays on one line with its mark.
    let (shown, class) = match number {
        Number::Whole => (identifier.on_card(), None),
        Number::Masked => (identifier.masked(), Some("masked")),
    };
    view! { <bdi title=kind class=class>{shown}</bdi> }
}
